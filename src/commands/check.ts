// `check`: one pass, nothing mailed or stored; a table or JSON, and the exit code of a monitoring plugin.
import { keyText } from '../certificates/certificate.ts';
import { evaluate, severityNumber } from '../certificates/evaluate.ts';
import { learn } from '../certificates/watch.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';
import type { CertificateConfig, Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { createLanes } from '../lanes.ts';
import { readAll } from '../read-all.ts';
import { oneLine } from '../shared/text.ts';
import { type Clock, DAY_MS, formatInstant, systemClock } from '../shared/time.ts';
import { EXIT, type Terminal, table } from './terminal.ts';

/** From how many certificates on progress is shown to a person. */
const PROGRESS_FROM = 6;

/** Long enough for the advice at the end of a reason. */
const LONGEST_WHY = 600;

/** Resolves with the exit code: 0 ok, 1 warning, 2 critical, 3 unknown (something could not be read). */
export async function checkCommand(
  { configPath, json }: { configPath: string; json: boolean },
  terminal: Terminal,
  clock: Clock = systemClock,
): Promise<number> {
  const config = await loadConfig(configPath);
  const nowMs = clock.wallMs();
  const results = new Map<string, WatchedCertificate>();
  const total = config.certificates.length;
  const showProgress = terminal.interactive && total >= PROGRESS_FROM;
  const lanes = createLanes({
    accounts: config.accounts,
    clock,
    observer: { request: () => undefined, clockSkew: () => undefined },
  });
  try {
    await readAll({
      keys: config.certificates,
      lanes: lanes.all(),
      signal: terminal.signal,
      onReading(configured, reading) {
        const watch = learn({ key: configured, known: null, reading, nowMs });
        const { certificate, failure, up, lastSuccessMs } = watch;
        const findings = evaluate(watch, configured.thresholds, nowMs);
        results.set(keyText(configured), {
          ...shownConfig(configured),
          certificate,
          failure,
          up,
          lastSuccessMs,
          findings,
        });
        if (showProgress) terminal.err(`\r${results.size} of ${total} certificates read`);
      },
    });
  } finally {
    if (showProgress) terminal.err('\r\u001b[K');
    await lanes.close();
  }
  const rows = inOrder(config, results);
  terminal.out(
    json
      ? `${JSON.stringify({ checked_at: new Date(nowMs).toISOString(), certificates: rows.map(jsonRow) }, null, 2)}\n`
      : textTable(rows, nowMs, total),
  );
  return exitCode(rows, total);
}

function shownConfig({
  account,
  id,
  alias,
  owner,
  runbook,
}: CertificateConfig): Pick<WatchedCertificate, 'account' | 'id' | 'alias' | 'owner' | 'runbook'> {
  return { account, id, alias, owner, runbook };
}

/** Gravest first, then what could not be read, then the soonest end. */
function inOrder(
  config: Config,
  results: ReadonlyMap<string, WatchedCertificate>,
): readonly WatchedCertificate[] {
  const rows = config.certificates
    .map((configured) => results.get(keyText(configured)))
    .filter((row) => row !== undefined);
  return rows.toSorted(
    (a, b) =>
      severityNumber(b.findings) - severityNumber(a.findings) ||
      Number(b.failure !== null) - Number(a.failure !== null) ||
      (a.certificate?.notAfterMs ?? 0) - (b.certificate?.notAfterMs ?? 0),
  );
}

/** What is wrong for certain goes before what is not known, and that before what is only near. */
function exitCode(rows: readonly WatchedCertificate[], total: number): number {
  if (rows.some(({ findings }) => severityNumber(findings) === 2)) return EXIT.critical;
  if (rows.length < total || rows.some(({ up }) => up !== true)) return EXIT.unknown;
  return rows.some(({ findings }) => findings.length > 0) ? EXIT.warning : EXIT.ok;
}

function word({ findings, up }: WatchedCertificate): 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN' {
  const severity = severityNumber(findings);
  if (severity === 2) return 'CRITICAL';
  if (up !== true) return 'UNKNOWN';
  return severity === 1 ? 'WARNING' : 'OK';
}

function textTable(rows: readonly WatchedCertificate[], nowMs: number, total: number): string {
  const header = [
    'STATE',
    'STATUS',
    'DAYS LEFT',
    'NOT AFTER',
    'CERTIFICATE',
    'DOMAIN',
    'ACCOUNT',
    'ID',
    'WHY',
  ];
  const lines = rows.map((row) => {
    const { certificate } = row;
    const notAfterMs = certificate?.notAfterMs ?? null;
    return [
      word(row),
      oneLine(certificate?.status ?? '-', 24),
      notAfterMs === null ? '-' : String(Math.trunc((notAfterMs - nowMs) / DAY_MS)),
      notAfterMs === null ? '-' : formatInstant(notAfterMs),
      oneLine(row.alias ?? certificate?.name ?? '-', 32),
      oneLine(certificate?.domain ?? '-', 40),
      row.account,
      row.id,
      oneLine(whyOf(row), LONGEST_WHY),
    ];
  });
  const counts = (['CRITICAL', 'UNKNOWN', 'WARNING', 'OK'] as const).map(
    (state) => `${rows.filter((row) => word(row) === state).length} ${state.toLowerCase()}`,
  );
  const unread = rows.length < total ? `; ended before ${total - rows.length} were read` : '';
  return `${table([header, ...lines])}${counts.join(', ')}${unread}\n`;
}

function whyOf({ findings, failure }: WatchedCertificate): string {
  if (findings.length > 0) return findings.map(({ kind, reason }) => `${kind}: ${reason}`).join('; ');
  return failure === null ? '' : `${failure.reason}: ${failure.message}`;
}

function jsonRow(row: WatchedCertificate): unknown {
  const { certificate } = row;
  return {
    account: row.account,
    certificate_id: row.id,
    alias: row.alias,
    owner: row.owner,
    state: word(row).toLowerCase(),
    up: row.up === true,
    status: certificate?.status ?? null,
    name: certificate?.name ?? null,
    domain: certificate?.domain ?? null,
    sans: certificate?.sans ?? [],
    fingerprint: certificate?.fingerprint ?? null,
    not_before: isoTime(certificate?.notBeforeMs),
    not_after: isoTime(certificate?.notAfterMs),
    findings: row.findings.map(({ kind, severity, cause, reason }) => ({ kind, severity, cause, reason })),
    failure: row.failure === null ? null : { reason: row.failure.reason, message: row.failure.message },
  };
}

function isoTime(ms: number | null | undefined): string | null {
  return ms == null ? null : new Date(ms).toISOString();
}
