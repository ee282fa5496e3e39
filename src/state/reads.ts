// Reads the state back. The rows were written by this program: their JSON is what it wrote, or the file is damaged.
import { type Alert, CHANGES, type Mail } from '../alerts/alert.ts';
import type { Silence } from '../alerts/silence.ts';
import { type Certificate, type CertificateKey, keyText } from '../certificates/certificate.ts';
import { KINDS, SEVERITIES } from '../certificates/finding.ts';
import type { HistoryEntry } from '../certificates/history.ts';
import type { ListedCertificate } from '../certificates/listed.ts';
import type { ReadFailure } from '../certificates/reading.ts';
import type { Watch } from '../certificates/watch.ts';
import { groupBy } from '../shared/collections.ts';
import { readMarks } from './marks.ts';
import type { Connection } from './open.ts';
import { type Cell, numberOf, parse, type Row } from './rows.ts';
import type { MailAbout, OutboxMail, PastMail, Recalled, Store } from './store.ts';

type Reads = Pick<
  Store,
  | 'load'
  | 'discoveries'
  | 'silences'
  | 'outboxCounts'
  | 'undelivered'
  | 'mails'
  | 'mailsAbout'
  | 'history'
  | 'endsChangedMs'
> & {
  waiting(): readonly OutboxMail[];
  recall(keys: readonly CertificateKey[]): Recalled;
};

/** Past and parked mails have a row among the mails; those that wait have theirs in the outbox alone. */
const ABOUT = `
  SELECT told.*, coalesce(past.outcome, waiting.state) AS outcome, past.at_ms AS at_ms,
    coalesce(past.attempts, waiting.attempts) AS attempts, coalesce(past.response, waiting.last_response) AS response
  FROM mail_subjects AS told
  LEFT JOIN mails AS past ON past.message_id = told.message_id
  LEFT JOIN outbox AS waiting ON waiting.message_id = told.message_id
  WHERE told.account = ? AND told.id = ?
  ORDER BY told.created_at_ms DESC, told.message_id LIMIT ?`;

const OLDEST_FIRST = "SELECT * FROM outbox WHERE state = 'waiting' ORDER BY created_at_ms, message_id";

/** Nobody needs more recipients than a mail lists. */
const UNDELIVERED = `
  SELECT mail ->> 'recipient' AS recipient, sum(state = 'waiting') AS waiting, sum(state = 'parked') AS parked,
    max(last_response) AS response
  FROM outbox GROUP BY recipient ORDER BY count(*) DESC, recipient LIMIT 20`;

export function createReads(connection: Connection): Reads {
  const statements = new Map<string, ReturnType<typeof connection.prepare>>();

  /**
   * Each statement is prepared once: one that is thrown away is ended by the garbage collector on the loop's thread, which
   * then waits for whatever the connection does in another one, a commit that waits for another process for one.
   */
  function query(sql: string, ...values: readonly Cell[]): readonly Row[] {
    const statement = statements.get(sql) ?? connection.prepare(sql);
    statements.set(sql, statement);
    return statement.all(...values) as Row[];
  }

  return {
    load() {
      const marks = readMarks(query('SELECT * FROM marks'));
      return {
        watches: query('SELECT * FROM certificates').map((row) => watchOf(row, marks.lastCheckMs)),
        alerts: query('SELECT alert FROM alerts').map((row) => parse<Alert>(row['alert'])),
        marks,
      };
    },
    recall(keys) {
      const { lastCheckMs } = readMarks(query('SELECT * FROM marks'));
      const rowsOf = (columns: string, table: string) =>
        keys.flatMap(({ account, id }) =>
          query(`SELECT ${columns} FROM ${table} WHERE account = ? AND id = ?`, account, id),
        );
      return {
        watches: rowsOf('*', 'certificates').map((row) => watchOf(row, lastCheckMs)),
        alerts: rowsOf('alert', 'alerts').map((row) => parse<Alert>(row['alert'])),
      };
    },
    discoveries: () =>
      query('SELECT * FROM discovered').map((row) => ({
        account: String(row['account']),
        id: String(row['id']),
        listed: parse<ListedCertificate>(row['listed']),
        unlistedSinceMs: numberOf(row['unlisted_since_ms']),
      })),
    silences: () => query('SELECT silence FROM silences').map((row) => parse<Silence>(row['silence'])),
    waiting: () => query(OLDEST_FIRST).map(outboxMailOf),
    outboxCounts() {
      const counts = { waiting: 0, parked: 0, oldestMs: null as number | null };
      for (const row of query(
        'SELECT state, count(*) AS n, min(created_at_ms) AS oldest FROM outbox GROUP BY state',
      )) {
        if (row['state'] === 'parked') counts.parked = Number(row['n']);
        else {
          counts.waiting = Number(row['n']);
          counts.oldestMs = numberOf(row['oldest']);
        }
      }
      return counts;
    },
    undelivered: () =>
      query(UNDELIVERED).map((row) => ({
        recipient: String(row['recipient']),
        waiting: Number(row['waiting']),
        parked: Number(row['parked']),
        response: row['response'] == null ? null : String(row['response']),
      })),
    mails(limit, id) {
      const which =
        id === undefined ? '' : 'WHERE message_id IN (SELECT message_id FROM mail_subjects WHERE id = ?)';
      const values = id === undefined ? [limit] : [id, limit];
      return {
        outbox: query(`SELECT * FROM outbox ${which} ORDER BY created_at_ms DESC LIMIT ?`, ...values).map(
          outboxMailOf,
        ),
        past: query(`SELECT * FROM mails ${which} ORDER BY at_ms DESC LIMIT ?`, ...values).map(pastMailOf),
      };
    },
    mailsAbout: ({ account, id }, limit) => mailsOf(query(ABOUT, account, id, limit)),
    endsChangedMs: () =>
      new Map(
        query(
          "SELECT account, id, max(at_ms) AS at_ms FROM history WHERE event = 'not_after' GROUP BY account, id",
        ).map((row) => [
          keyText({ account: String(row['account']), id: String(row['id']) }),
          Number(row['at_ms']),
        ]),
      ),
    history: ({ account, id }, limit) =>
      query(
        'SELECT * FROM history WHERE account = ? AND id = ? ORDER BY at_ms DESC LIMIT ?',
        account,
        id,
        limit,
      ).map(historyOf),
  };
}

/**
 * A certificate that was read well and did not change is not written again: while it is up, its last
 * success is the last finished check's, if that is later than what the row says.
 */
function watchOf(row: Row, lastCheckMs: number | null): Watch {
  const up = row['up'] === 1;
  const written = numberOf(row['last_success_ms']);
  return {
    account: String(row['account']),
    id: String(row['id']),
    watchedSinceMs: Number(row['watched_since_ms']),
    certificate: row['certificate'] == null ? null : parse<Certificate>(row['certificate']),
    standing: row['standing'] == null ? null : String(row['standing']),
    standingSinceMs: Number(row['standing_since_ms']),
    up,
    lastSuccessMs: up && written !== null ? Math.max(written, lastCheckMs ?? 0) : written,
    failure: row['failure'] == null ? null : parse<ReadFailure>(row['failure']),
    failingSinceMs: numberOf(row['failing_since_ms']),
    missingSinceMs: numberOf(row['missing_since_ms']),
  };
}

function outboxMailOf(row: Row): OutboxMail {
  return {
    mail: parse<Mail>(row['mail']),
    state: row['state'] === 'parked' ? 'parked' : 'waiting',
    exposed: row['exposed'] === 1,
    attempts: Number(row['attempts']),
    nextAttemptMs: Number(row['next_attempt_ms']),
    lastResponse: row['last_response'] == null ? null : String(row['last_response']),
  };
}

function pastMailOf(row: Row): PastMail {
  const outcome = row['outcome'];
  return {
    mail: parse<Mail>(row['mail']),
    outcome: outcome === 'sent' || outcome === 'parked' ? outcome : 'replaced',
    atMs: Number(row['at_ms']),
    attempts: Number(row['attempts']),
    response: row['response'] == null ? null : String(row['response']),
  };
}

/** Puts the rows of one mail together: it may tell of several things. */
function mailsOf(rows: readonly Row[]): readonly MailAbout[] {
  const byMessage = groupBy(rows, (row) => String(row['message_id']));
  return [...byMessage].map(([messageId, [first = {}, ...others]]) => ({
    messageId,
    recipient: String(first['recipient']),
    createdAtMs: Number(first['created_at_ms']),
    told: toldIn([first, ...others]),
    outcome: outcomeOf(first['outcome']),
    atMs: numberOf(first['at_ms']),
    attempts: Number(first['attempts']),
    response: first['response'] == null ? null : String(first['response']),
  }));
}

/** Each thing once, the gravest first: a mail that ended twice has two rows for each. */
function toldIn(rows: readonly Row[]): MailAbout['told'] {
  const each = new Map(rows.map((row) => [`${row['kind']} ${row['change']}`, toldOf(row)]));
  return [...each.values()].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

function toldOf(row: Row): MailAbout['told'][number] {
  const is =
    <Word extends string>(word: Cell | undefined) =>
    (known: Word): boolean =>
      known === word;
  return {
    kind: KINDS.find(is(row['kind'])) ?? 'unrecognised',
    change: CHANGES.find(is(row['change'])) ?? 'first',
    severity: SEVERITIES.find(is(row['severity'])) ?? 'warning',
  };
}

function outcomeOf(cell: Cell | undefined): MailAbout['outcome'] {
  return cell === 'sent' || cell === 'parked' || cell === 'waiting' ? cell : 'replaced';
}

function historyOf(row: Row): HistoryEntry {
  return {
    account: String(row['account']),
    id: String(row['id']),
    atMs: Number(row['at_ms']),
    event: String(row['event']),
    text: String(row['text']),
  };
}
