// Where certificates that need attention are deployed, as the cloud tells: asked with the check, kept for an hour.
import type { Judgement } from './alerts/judge.ts';
import { type CertificateKey, keyText } from './certificates/certificate.ts';
import type { DeployedService, DeploymentReading } from './certificates/deployment.ts';
import type { Kind } from './certificates/finding.ts';
import type { WatchedCertificate } from './certificates/watched.ts';
import type { Lane } from './read-all.ts';
import { groupBy } from './shared/collections.ts';
import { codeOf } from './shared/errors.ts';
import { type Clock, DAY_MS, HOUR_MS, SECOND_MS } from './shared/time.ts';
import { boundedBy } from './shared/waits.ts';

export interface Deployments {
  /** null where it is not known. */
  of(key: CertificateKey): readonly DeployedService[] | null;
  /**
   * Asks for those of these that are not known, the first first: a hundred of an account at most. Never rejects; resolves
   * within twenty seconds, whatever the cloud does, and soon after the signal.
   */
  refresh(keys: readonly CertificateKey[], signal: AbortSignal): Promise<void>;
}

interface DeploymentsParts {
  readonly lanes: () => ReadonlyMap<string, Lane>;
  readonly clock: Clock;
  /** It cannot be had, or no more; once until it can. */
  readonly onTrouble: (trouble: { account: string; message: string }) => void;
}

interface Known {
  /** As of the last good answer; null where there was none. */
  readonly services: readonly DeployedService[] | null;
  readonly answeredAtMs: number;
  readonly askedAtMs: number;
}

const AGAIN_AFTER_MS = HOUR_MS;
/** What was true a day ago and could not be had since is no longer said. */
const SAID_FOR_MS = DAY_MS;
const MOST_AT_ONCE = 100;
const WITHIN_MS = 20 * SECOND_MS;

/** What they say of a certificate is mended, or seen, where it is deployed. */
const KINDS: ReadonlySet<Kind> = new Set<Kind>([
  'revoked',
  'expired',
  'expiring',
  'untrusted',
  'served-expiring',
  'not-deployed',
  'renewal-stuck',
  'renewal-overdue',
  'superseded',
  'revoking',
]);

/** Whether it is worth knowing where this one is deployed: something is so with it, and the cloud can be asked. */
export function isAskedFor({ findings, failure }: Pick<WatchedCertificate, 'findings' | 'failure'>): boolean {
  return failure === null && findings.some(({ kind }) => KINDS.has(kind));
}

/** The judgement with where the certificate is deployed in all that it tells, where that is known; what is over needs it no more. */
export function tellingWhere<Judged extends Pick<Judgement, 'configured' | 'addressed'>>(
  judgement: Judged,
  { of }: Pick<Deployments, 'of'>,
): Judged {
  if (!needsPlaces(judgement)) return judgement;
  const deployed = of(judgement.configured);
  if (deployed === null) return judgement;
  const addressed = judgement.addressed.map(({ notice, recipients }) => ({
    recipients,
    notice:
      notice.change === 'resolved'
        ? notice
        : { ...notice, certificates: notice.certificates.map((one) => ({ ...one, deployed })) },
  }));
  return { ...judgement, addressed };
}

/** Whether it tells something that is mended, or seen, where the certificate is deployed. */
export function needsPlaces({ addressed }: Pick<Judgement, 'addressed'>): boolean {
  return addressed.some(({ notice }) => notice.change !== 'resolved' && KINDS.has(notice.kind));
}

export function createDeployments({ lanes, clock, onTrouble }: DeploymentsParts): Deployments {
  const known = new Map<string, Known>();
  const inTrouble = new Set<string>();

  function forgetOld(nowMs: number): void {
    for (const [key, { askedAtMs }] of known) if (nowMs - askedAtMs > SAID_FOR_MS) known.delete(key);
  }

  function isDue(key: CertificateKey, nowMs: number): boolean {
    const askedAtMs = known.get(keyText(key))?.askedAtMs;
    return askedAtMs === undefined || nowMs - askedAtMs >= AGAIN_AFTER_MS;
  }

  async function ask(account: string, keys: readonly CertificateKey[], signal: AbortSignal): Promise<void> {
    const ids = keys.map(({ id }) => id);
    const readings = await lanes().get(account)?.reader.deployments(ids, signal);
    if (readings !== undefined) takeAll(account, readings);
  }

  /** Where it can be had of some alone, one stands for the others. */
  function takeAll(account: string, readings: ReadonlyMap<string, DeploymentReading>): void {
    for (const [id, reading] of readings) take({ account, id }, reading);
    const failed = [...readings.values()].find(({ ok }) => !ok);
    if (failed === undefined) inTrouble.delete(account);
    else if (!failed.ok) say(account, failed.failure.message);
  }

  function take(key: CertificateKey, reading: DeploymentReading): void {
    const atMs = clock.monotonicMs();
    const before = known.get(keyText(key));
    known.set(keyText(key), {
      services: reading.ok ? reading.services : (before?.services ?? null),
      answeredAtMs: reading.ok ? atMs : (before?.answeredAtMs ?? atMs),
      askedAtMs: atMs,
    });
  }

  function say(account: string, message: string): void {
    if (inTrouble.has(account)) return;
    inTrouble.add(account);
    onTrouble({ account, message });
  }

  return {
    of(key) {
      const { services = null, answeredAtMs = 0 } = known.get(keyText(key)) ?? {};
      return clock.monotonicMs() - answeredAtMs > SAID_FOR_MS ? null : services;
    },
    async refresh(keys, signal) {
      const nowMs = clock.monotonicMs();
      forgetOld(nowMs);
      const due = new Map(keys.filter((key) => isDue(key, nowMs)).map((key) => [keyText(key), key]));
      if (due.size === 0 || signal.aborted) return;
      const bound = boundedBy(WITHIN_MS, signal);
      const asking = [...groupBy(due.values(), ({ account }) => account)].map(async ([account, all]) => {
        const some = all.slice(0, MOST_AT_ONCE);
        try {
          await ask(account, some, bound.signal);
        } catch (error) {
          // Nothing depends on it: whatever goes wrong here, the check goes on and tells what it has found.
          if (signal.aborted) return;
          const why = codeOf(error) === 'ABORTED' ? 'no answer within 20 seconds' : 'an unexpected error';
          const message = `Cannot read where certificates of account ${account} are deployed: ${why}`;
          const reading = { ok: false, failure: { reason: 'timeout', message, requestId: null } } as const;
          takeAll(account, new Map(some.map(({ id }) => [id, reading])));
        }
      });
      await Promise.all(asking);
      bound.release();
    },
  };
}
