// `check`: one pass, nothing mailed or stored; a table or JSON, and the exit code of a monitoring plugin.
import { createCensus } from '../census.ts';
import { evaluate, severityNumber } from '../certificates/evaluate.ts';
import { learn } from '../certificates/watch.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';
import { loadConfig } from '../config/load.ts';
import { createLanes } from '../lanes.ts';
import { createMemory } from '../memory.ts';
import { beginCheck, readAll } from '../read-all.ts';
import { createRelations } from '../relations.ts';
import { oneLine } from '../shared/text.ts';
import { type Clock, DAY_MS, formatInstant, systemClock } from '../shared/time.ts';
import type { Snapshot } from '../state/store.ts';
import { EXIT, type Terminal, table } from './terminal.ts';

/** This command remembers nothing. */
const NOTHING_KNOWN: Snapshot = {
  watches: [],
  alerts: [],
  marks: {
    lastCheckMs: null,
    lastCompleteCheckMs: null,
    nextCheckMs: null,
    checkCron: null,
    nextSummaryMs: null,
    summaryCron: null,
  },
};
const NOTHING_STORED = { discoveries: () => [], noteDiscoveries: async () => undefined };

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
  const memory = createMemory(NOTHING_KNOWN);
  const lanes = createLanes({
    accounts: config.accounts,
    clock,
    observer: { request: () => undefined, clockSkew: () => undefined },
  });
  const census = createCensus({
    written: config,
    store: NOTHING_STORED,
    alerts: [],
    lanes: lanes.all,
    clock,
    onWriteFailed: () => undefined,
    onTrouble: ({ message }) => terminal.err(`${message}\n`),
  });
  let read = 0;
  let showProgress = false;
  try {
    beginCheck(lanes.all());
    if (config.accounts.some(({ discover }) => discover !== null)) await census.refresh(terminal.signal);
    const { certificates } = census.effective();
    memory.configure(certificates, nowMs);
    showProgress = terminal.interactive && certificates.length >= PROGRESS_FROM;
    await readAll({
      keys: certificates,
      lanes: lanes.all(),
      signal: terminal.signal,
      onReading(configured, reading) {
        const watch = learn({ key: configured, known: null, reading, nowMs });
        const findings = evaluate(watch, configured.thresholds, nowMs);
        memory.show({ configured, watch, findings, successor: null, looks: [] });
        read += 1;
        if (showProgress) terminal.err(`\r${read} of ${certificates.length} certificates read`);
      },
    });
    const { effective, listed, allSeen } = census;
    await createRelations({ config: effective, memory, listed, allSeen }).refresh(nowMs);
  } finally {
    if (showProgress) terminal.err('\r\u001b[K');
    await lanes.close();
  }
  const shown = memory.shown();
  const total = shown.length;
  const rows = inOrder(shown.filter(({ up }) => up !== null));
  terminal.out(
    json
      ? `${JSON.stringify({ checked_at: new Date(nowMs).toISOString(), certificates: rows.map(jsonRow) }, null, 2)}\n`
      : textTable(rows, nowMs, total),
  );
  return exitCode(rows, total + census.failures().length);
}

/** Gravest first, then what could not be read, then the soonest end. */
function inOrder(rows: readonly WatchedCertificate[]): readonly WatchedCertificate[] {
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
  return rows.some(({ findings }) => severityNumber(findings) === 1) ? EXIT.warning : EXIT.ok;
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
