// What becomes of what left the configuration: it is told nothing more, the state says when it was last read, and in time forgets it.
import type { AlertKey } from './alerts/alert.ts';
import { composeMails } from './alerts/compose.ts';
import { type CertificateKey, keyText } from './certificates/certificate.ts';
import type { Watch } from './certificates/watch.ts';
import { mailDomain } from './check.ts';
import type { Config } from './config/config.ts';
import type { Clock } from './shared/time.ts';
import type { Kept } from './state/prune.ts';
import { type Commit, EMPTY_COMMIT, type OutboxMail, type Store } from './state/store.ts';

/**
 * Notes that these are not read any more. The row of a certificate that is up is not written at each check: its last
 * success is the last check's. Of one that is not read any more that would be untrue when it comes back. What waits to be
 * told of these is taken back; as nobody was told, their alerts are forgotten, and are told anew should they come back.
 */
export async function noteDepartures(
  { config, store, clock, onWriteFailed }: DepartureParts,
  departed: readonly Watch[],
): Promise<void> {
  if (departed.length === 0) return;
  const atMs = clock.wallMs();
  const watches = departed.filter(({ up }) => up).map((watch) => ({ ...watch, up: false }));
  const gone = new Map(departed.map(({ account, id }) => [keyText({ account, id }), { account, id }]));
  try {
    await store.commit(
      (unseen) => ({
        ...EMPTY_COMMIT,
        watches,
        ...withdrawal({ unseen, gone, domain: mailDomain(config()), nowMs: atMs }),
        atMs,
      }),
      { expose: false },
    );
  } catch (error) {
    onWriteFailed(error);
  }
}

/** What takes the waiting notices about these certificates back; the rest of their mails goes on waiting. */
function withdrawal({
  unseen,
  gone,
  domain,
  nowMs,
}: {
  unseen: readonly OutboxMail[];
  gone: ReadonlyMap<string, CertificateKey>;
  domain: string;
  nowMs: number;
}): Pick<Commit, 'alerts' | 'mails' | 'replaced'> {
  const endedAlerts = unseen.flatMap(alertsOf).filter((alert) => gone.has(keyText(alert)));
  const untold = new Set(endedAlerts.map(keyText));
  const touched = unseen.filter((waiting) => alertsOf(waiting).some((alert) => untold.has(keyText(alert))));
  const composed = composeMails({
    addressed: [],
    endedAlerts,
    waiting: touched,
    grouped: () => false,
    domain,
    nowMs,
  });
  const alerts = [...gone].filter(([text]) => untold.has(text)).map(([, key]) => ({ key, alerts: [] }));
  return { ...composed, alerts };
}

function alertsOf({ mail: { content } }: OutboxMail): readonly AlertKey[] {
  return content.type === 'notices' ? content.notices.flatMap(({ alerts }) => alerts) : [];
}

interface DepartureParts {
  readonly config: () => Config;
  readonly store: Pick<Store, 'commit'>;
  readonly clock: Clock;
  readonly onWriteFailed: (error: unknown) => void;
}

/** Of which certificates and addresses the state is to go on knowing. */
export function keptBy({ certificates, email }: Config): Kept {
  const configured = new Set(certificates.map(keyText));
  const addresses = new Set([...(email?.to ?? []), ...certificates.flatMap(({ recipients }) => recipients)]);
  return {
    isConfigured: (key: CertificateKey) => configured.has(keyText(key)),
    isRecipient: (address) => addresses.has(address),
  };
}
