// `silence`: stops the mails of one certificate until a time, or lifts that; works beside the running daemon.
import { type CertificateKey, keyText } from '../certificates/certificate.ts';
import type { Config } from '../config/config.ts';
import { parseDuration } from '../config/durations.ts';
import { loadConfig } from '../config/load.ts';
import { MonitorError } from '../shared/errors.ts';
import { type Clock, DAY_MS, formatInstant, systemClock } from '../shared/time.ts';
import { openStoreBeside } from '../state/beside.ts';
import type { Terminal } from './terminal.ts';

export interface SilenceOptions {
  readonly configPath: string;
  readonly id: string;
  readonly account: string | null;
  readonly until: string | null;
  readonly reason: string | null;
  readonly lift: boolean;
}

const LONGEST_REASON = 500;

/** Resolves with the exit code; throws MonitorError for what a person can mend. */
export async function silenceCommand(
  options: SilenceOptions,
  terminal: Terminal,
  clock: Clock = systemClock,
): Promise<number> {
  const config = await loadConfig(options.configPath);
  const named = certificatesOf(config, options);
  const discovers = config.accounts.filter(({ discover }) => discover !== null).map(({ name }) => name);
  // Without discovery the configuration alone decides, whether there is a state or not.
  if (discovers.length === 0) oneOf(named, options);
  if (options.lift && options.until !== null)
    throw new MonitorError('USAGE', 'Cannot silence: write --until or --lift, not both');
  const nowMs = clock.wallMs();
  const untilMs = options.lift ? null : untilOf(options.until, nowMs);
  const store = openStoreBeside(config.state.path);
  try {
    const found = store
      .discoveries()
      .filter((one) => discovers.includes(one.account) && isMeant(one, options) && !has(named, one));
    const key = oneOf([...named, ...found], options);
    if (untilMs === null) {
      const lifted = await store.liftSilence(key, nowMs);
      terminal.out(lifted ? `${key.id} is no longer silenced\n` : `${key.id} was not silenced\n`);
      return 0;
    }
    const certificate = store.watch(key)?.certificate ?? null;
    const baseline =
      certificate === null ? null : { status: certificate.status, notAfterMs: certificate.notAfterMs };
    const reason = options.reason?.slice(0, LONGEST_REASON) ?? null;
    await store.setSilence({
      account: key.account,
      id: key.id,
      untilMs,
      reason,
      createdAtMs: nowMs,
      baseline,
    });
    terminal.out(
      `${key.id} sends no mails until ${formatInstant(untilMs)}, or until its status or end changes; its metrics go on\n`,
    );
    return 0;
  } finally {
    await store.close();
  }
}

function certificatesOf({ certificates }: Config, options: SilenceOptions): readonly CertificateKey[] {
  return certificates.filter((certificate) => isMeant(certificate, options));
}

function isMeant(certificate: CertificateKey, { id, account }: SilenceOptions): boolean {
  return certificate.id === id && (account === null || certificate.account === account);
}

function has(keys: readonly CertificateKey[], key: CertificateKey): boolean {
  return keys.some((one) => keyText(one) === keyText(key));
}

function oneOf(
  [first, second]: readonly CertificateKey[],
  { id, account, configPath }: SilenceOptions,
): CertificateKey {
  if (first === undefined)
    throw new MonitorError(
      'USAGE',
      `Cannot silence ${id}: ${configPath} has no such certificate${account === null ? '' : ` in account ${account}`}, and none was discovered`,
    );
  if (second !== undefined)
    throw new MonitorError(
      'USAGE',
      `Cannot silence ${id}: several accounts have it; add --account ${first.account} or --account ${second.account}`,
    );
  return first;
}

/** A day means until it has ended (UTC); a time is as it says; a duration counts from now. */
function untilOf(text: string | null, nowMs: number): number {
  if (text === null)
    throw new MonitorError(
      'USAGE',
      'Cannot silence: say until when, e.g. --until 2026-12-31, --until 2026-12-31T18:00:00Z or --until 36h; or --lift',
    );
  const untilMs = instantOf(text, nowMs);
  if (untilMs === null)
    throw new MonitorError(
      'USAGE',
      `Cannot silence: "${text}" is no time; write a day (2026-12-31), a time with its zone (2026-12-31T18:00:00Z) or a duration (36h, 30d)`,
    );
  if (untilMs <= nowMs)
    throw new MonitorError(
      'USAGE',
      `Cannot silence: ${formatInstant(untilMs)} is past; write a time to come`,
    );
  return untilMs;
}

function instantOf(text: string, nowMs: number): number | null {
  const span = parseDuration(text);
  if (span !== null) return nowMs + span;
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/.test(text)) return null;
  const ms = Date.parse(text);
  if (Number.isNaN(ms) || (text.length === 10 && new Date(ms).toISOString().slice(0, 10) !== text))
    return null;
  return text.length === 10 ? ms + DAY_MS : ms;
}
