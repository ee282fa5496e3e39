// Knows the truth, and what each person's inbox says: finds incidents that nobody was told of, and mails that were not true.
import type { AlertKey, Mail, Notice } from '../../src/alerts/alert.ts';
import { KINDS, type Kind } from '../../src/certificates/finding.ts';
import { DAY_MS, formatInstant } from '../../src/shared/time.ts';
import { look, type Memory, type Rules, type Seen, start } from '../model/model.ts';
import {
  holdsOutside,
  type Issued,
  OUTSIDE,
  type OutsideRules,
  type Sight,
  seenOutside,
  type World,
} from './outside.ts';
import { beside, heirsOf, type Place, placesOf, type SuccessionRules, TAKEN } from './succession.ts';

/** Something that was so, from the check that could first see it to the one that saw that it is over. */
interface Incident {
  readonly id: string;
  readonly kind: Kind;
  readonly epochMs: number;
  readonly seenMs: number;
  overMs: number | null;
  /** Seen from outside: the places at which it was so when somebody last looked. */
  at: readonly string[];
  /** It was so at places that have been seen since, and now is not: only others are not seen yet. It may be told as over. */
  loose: boolean;
  /** It is so still, though nobody has to hear of it any more: then nobody may hear that it is over. */
  isSoStill: boolean;
  /** Per recipient: the chances to mail that there had been when it was seen, and when the inbox first spoke of it. */
  readonly readers: Map<string, { readonly chances: number; toldMs: number | null }>;
}

export interface KindCount {
  incidents: number;
  /** Incidents times recipients: those told, those held back as flapping, those over before a mail could leave. */
  told: number;
  flapping: number;
  over: number;
  missed: number;
  mails: Record<Notice['change'], number>;
  slowestMs: number;
}

export interface Verdict {
  readonly kinds: ReadonlyMap<Kind, KindCount>;
  readonly mails: number;
  readonly digests: number;
  readonly copies: number;
  readonly faults: readonly string[];
}

export interface Oracle {
  /** A look of the program at one certificate. */
  saw(at: Look & { nowMs: number }): void;
  /** A look of the program at one place; null where it saw nothing. */
  looked(endpoint: string, sight: Sight | null): void;
  /** The program starts anew: it knows what is in its state. */
  started(): void;
  /** All were looked at: what is so now, each beside the others. */
  judged(nowMs: number): void;
  /** The certificate left the configuration: nothing more is owed to anybody. */
  left(id: string, nowMs: number): void;
  /** A mail came into an inbox; `copy`: the mail server took it before, and its answer was lost. */
  received(mail: Mail, at: { nowMs: number; copy: boolean }): void;
  /** Once a tick in which the program ran: who could be mailed. */
  mailable(recipient: string): void;
  verdict(): Verdict;
}

/** Four ticks are an hour: the longest rest after failures is a quarter, and it may begin at the end of an outage. */
const ENOUGH_CHANCES = 6;

interface Look {
  readonly id: string;
  readonly account: string;
  readonly names: readonly string[];
  readonly seen: Seen;
  readonly readers: readonly string[];
  /** What the cloud said of what was issued; undefined where the read failed. */
  readonly issued?: Issued | null;
  /** Where it is to be looked at: `auto`, by its names; `guess`, there, though nobody asked. */
  readonly probe?: readonly string[] | 'auto' | 'guess';
}

/** An end that nobody heard of yet. */
interface Owed {
  readonly recipient: string;
  readonly incident: Incident;
  readonly chances: number;
}

/** A day in which what flaps has to stay away, and some. */
const ENOUGH_FOR_AN_END = 4 * 26 + ENOUGH_CHANCES;

export function createOracle(rules: Rules & SuccessionRules & OutsideRules): Oracle {
  const looks = new Map<string, Look & { readonly found: ReadonlyMap<Kind, number>; readonly now: Place }>();
  const sights = new Map<string, Sight>();
  const lookedAt = new Set<string>();
  const owed: Owed[] = [];
  const truths = new Map<string, Memory>();
  const open = new Map<string, Map<string, Incident>>();
  const past = new Map<string, Incident[]>();
  const chances = new Map<string, number>();
  const inboxes = new Map<string, { open: boolean; firsts: number[] }>();
  const told = new Set<string>();
  const byMail = new Map<string, number>();
  const kinds = new Map<Kind, KindCount>(KINDS.map((kind) => [kind, nothing()]));
  const faults: string[] = [];
  let [mails, digests, copies] = [0, 0, 0];

  const countOf = (kind: Kind) => kinds.get(kind) ?? nothing();
  const inboxOf = (recipient: string, { id, kind }: { id: string; kind: Kind }) => {
    const key = `${recipient} ${id} ${kind}`;
    const inbox = inboxes.get(key) ?? { open: false, firsts: [] };
    inboxes.set(key, inbox);
    return inbox;
  };

  /** Notes for each reader whether the inbox speaks of it by now. */
  function heard(incident: Incident, nowMs: number): void {
    for (const [recipient, reader] of incident.readers)
      if (reader.toldMs === null && inboxOf(recipient, incident).open) reader.toldMs = nowMs;
  }

  function close(incident: Incident, nowMs: number): void {
    heard(incident, nowMs);
    incident.overMs = nowMs;
    open.get(incident.id)?.delete(keyOf(incident));
    past.set(incident.id, [...(past.get(incident.id) ?? []), incident]);
    const count = countOf(incident.kind);
    count.incidents += 1;
    // Nobody is told that it is over: where it is so again, it is told again.
    if (incident.kind === 'superseded')
      for (const recipient of incident.readers.keys()) inboxOf(recipient, incident).open = false;
    for (const [recipient, reader] of incident.readers) {
      const firsts = inboxOf(recipient, incident).firsts.filter(
        (atMs) => nowMs - atMs < DAY_MS + (nowMs - incident.seenMs),
      );
      if (reader.toldMs !== null) {
        count.told += 1;
        count.slowestMs = Math.max(count.slowestMs, reader.toldMs - incident.seenMs);
      } else if (firsts.length >= 2) count.flapping += 1;
      else if ((chances.get(recipient) ?? 0) - reader.chances <= ENOUGH_CHANCES) count.over += 1;
      else {
        count.missed += 1;
        faults.push(
          `MISSED ${incident.kind} ${incident.id} from ${formatInstant(incident.seenMs)} to ${formatInstant(nowMs)}: nobody told ${recipient}`,
        );
      }
    }
  }

  function incidentAt({ id, kind, epochMs }: AlertKey, atMs: number): Incident | undefined {
    const all = [...(open.get(id)?.values() ?? []), ...(past.get(id) ?? [])];
    return all.find(
      (one) =>
        one.kind === kind &&
        one.epochMs === epochMs &&
        one.seenMs <= atMs &&
        (one.overMs === null || atMs < one.overMs),
    );
  }

  function supersededAt(id: string, atMs: number): boolean {
    const all = [...(open.get(id)?.values() ?? []), ...(past.get(id) ?? [])];
    return all.some(
      ({ kind, seenMs, overMs }) =>
        kind === 'superseded' && seenMs <= atMs && (overMs === null || atMs < overMs),
    );
  }

  function receivedNotice({
    mail,
    notice,
    alert,
    nowMs,
    late,
  }: {
    mail: Mail;
    notice: Notice;
    alert: AlertKey;
    nowMs: number;
    late: boolean;
  }): void {
    const { recipient } = mail;
    const { change, kind } = notice;
    const fault = (what: string) =>
      faults.push(
        `${what} ${change} ${kind} ${alert.id} of ${formatInstant(notice.atMs)}, at ${formatInstant(nowMs)} to ${recipient}`,
      );
    // A notice of many speaks of the oldest of them: what tells one apart is the check that found it.
    const what =
      notice.certificateCount > 1
        ? [notice.atMs]
        : [notice.occurrence, notice.sinceMs, notice.rungMs, notice.reminderMs];
    const text = [recipient, alert.id, kind, alert.epochMs, change, ...what].join(' ');
    if (told.has(text)) fault('TWICE');
    told.add(text);
    countOf(kind).mails[change] += 1;
    const inbox = inboxOf(recipient, alert);
    const incident = incidentAt(alert, notice.atMs);
    const taken = TAKEN.has(kind) && supersededAt(alert.id, notice.atMs);
    if (taken) fault('BESIDE its successor:');
    if (kind === 'superseded') {
      if (change !== 'first') fault('FALSE, it is told once:');
      if (incident?.readers.get(recipient)?.toldMs != null) fault('AGAIN in one spell:');
      // Who reads it takes what went before for over.
      for (const other of TAKEN) inboxOf(recipient, { id: alert.id, kind: other }).open = false;
    }
    if (change === 'resolved') {
      if (incident?.loose) close(incident, notice.atMs);
      else if (incident !== undefined) fault('FALSE, it holds:');
      const over = past
        .get(alert.id)
        ?.find((one) => keyOf(one) === keyOf(alert) && one.overMs === notice.atMs);
      if (over?.isSoStill) fault('FALSE, it is so still:');
      // Of what came and went while no mail could leave people hear by its end alone: what is over leaves what waits.
      const known = past.get(alert.id)?.some((one) => keyOf(one) === keyOf(alert)) ?? false;
      if (!inbox.open && !known) fault('FALSE, it never was:');
      inbox.open = false;
      return;
    }
    // Of what flaps the end is owed, and told once it stays away: that it flaps is true though it is away right now.
    const flaps =
      notice.flapping && (past.get(alert.id)?.some((one) => keyOf(one) === keyOf(alert)) ?? false);
    if (incident === undefined && !flaps) fault('FALSE, it does not hold:');
    else if (incident !== undefined && incident.overMs !== null && !late && !flaps)
      fault('STALE, it is over:');
    inbox.open = true;
    if (change === 'first') inbox.firsts.push(nowMs);
    if (incident !== undefined) heard(incident, nowMs);
  }

  /** Adds to `found` what is so at the places where it is served; what nobody has seen since the start is as it was. */
  function lookOutside(now: Place, found: Map<Kind, number>, outside: ReturnType<typeof seenOutside>): void {
    for (const incident of open.get(now.id)?.values() ?? []) {
      if (!OUTSIDE.has(incident.kind) || outside === 'silent') continue;
      const unseen = now.endpoints.filter((endpoint) => !sights.has(endpoint));
      if (outside !== 'undated' && unseen.length === 0) continue;
      found.set(incident.kind, incident.epochMs);
      incident.loose = outside !== 'undated' && !incident.at.some((endpoint) => unseen.includes(endpoint));
    }
    if (typeof outside === 'string') return;
    for (const kind of outside.keys()) found.set(kind, now.truth.notAfter ?? 0);
  }

  /** Of what was told and is over now, its end has to be told, where nothing stands in its place. */
  function owe(incident: Incident, found: ReadonlyMap<Kind, number>, heirs: readonly Place[]): void {
    if (!OUTSIDE.has(incident.kind) || incident.isSoStill) return;
    const worse: readonly Kind[] = ['missing', 'expired', 'revoked', 'superseded', incident.kind];
    if (
      worse.some((kind) => found.has(kind)) ||
      (incident.kind === 'served-expiring' && found.has('untrusted'))
    )
      return;
    if (heirs.length > 0) return;
    for (const [recipient, { toldMs }] of incident.readers)
      if (toldMs !== null) owed.push({ recipient, incident, chances: chances.get(recipient) ?? 0 });
  }

  function unpaid({ recipient, incident, chances: then }: Owed): boolean {
    const { id, kind, overMs } = incident;
    const again = [...(open.get(id)?.values() ?? []), ...(past.get(id) ?? [])].some(
      (one) => one.kind === kind && one.seenMs >= (overMs ?? 0),
    );
    const since = (chances.get(recipient) ?? 0) - then;
    return !again && looks.has(id) && since > ENOUGH_FOR_AN_END && inboxOf(recipient, incident).open;
  }

  const worldAt = (nowMs: number): World => ({
    places: placesOf([...looks.values()].map(({ now }) => now)),
    rules,
    nowMs,
    sights,
  });

  return {
    looked(endpoint, sight) {
      lookedAt.add(endpoint);
      if (sight !== null) sights.set(endpoint, sight);
    },
    started: () => sights.clear(),
    saw({ nowMs, ...at }) {
      const truth = truths.get(at.id) ?? start(nowMs);
      truths.set(at.id, truth);
      const found: ReadonlyMap<Kind, number> = look(truth, at.seen, rules, nowMs);
      const issued = at.issued === undefined ? (looks.get(at.id)?.now.issued ?? null) : at.issued;
      const { id, account, names, probe = [] } = at;
      const byName = names.filter((name) => !name.startsWith('*')).map((name) => `${name}:443`);
      const endpoints = typeof probe !== 'string' ? probe : truth.status === null ? [] : byName;
      looks.set(id, {
        ...at,
        found,
        now: { id, account, names, truth, issued, endpoints, guessed: probe === 'guess' },
      });
    },
    judged(nowMs) {
      for (const endpoint of sights.keys()) if (!lookedAt.has(endpoint)) sights.delete(endpoint);
      lookedAt.clear();
      const world = worldAt(nowMs);
      for (const { id, readers, found: alone, now } of looks.values()) {
        const found = new Map(beside(alone, now, world));
        const outside = seenOutside(
          now,
          world,
          [...(open.get(id)?.values() ?? [])].map(({ kind }) => kind),
        );
        lookOutside(now, found, outside);
        const known = open.get(id) ?? new Map<string, Incident>();
        open.set(id, known);
        for (const incident of [...known.values()]) {
          const at = typeof outside === 'string' ? [] : (outside.get(incident.kind) ?? []);
          if (at.length > 0)
            incident.at = [...at, ...incident.at.filter((endpoint) => !sights.has(endpoint))];
          if (at.length > 0) incident.loose = false;
          if (found.get(incident.kind) === incident.epochMs) continue;
          incident.isSoStill = holdsOutside(incident.kind, now, world);
          close(incident, nowMs);
          owe(incident, found, heirsOf(now, world));
        }
        for (const [kind, epochMs] of found) {
          if (known.has(keyOf({ kind, epochMs }))) continue;
          const people = readers.map(
            (reader) => [reader, { chances: chances.get(reader) ?? 0, toldMs: null }] as const,
          );
          const at = typeof outside === 'string' ? [] : (outside.get(kind) ?? []);
          const incident: Incident = {
            id,
            kind,
            epochMs,
            seenMs: nowMs,
            overMs: null,
            at,
            loose: false,
            isSoStill: false,
            readers: new Map(people),
          };
          known.set(keyOf(incident), incident);
          heard(incident, nowMs);
        }
      }
    },
    left(id, nowMs) {
      looks.delete(id);
      for (const incident of [...(open.get(id)?.values() ?? [])]) close(incident, nowMs);
    },
    received(mail, { nowMs, copy }) {
      mails += 1;
      const times = byMail.get(mail.messageId) ?? 0;
      byMail.set(mail.messageId, times + 1);
      if (times > 0) {
        copies += 1;
        if (!copy) faults.push(`TWICE the mail ${mail.messageId}, though the first was acknowledged`);
        return;
      }
      if (mail.content.type !== 'notices') return;
      const { notices } = mail.content;
      if (notices.length > 1) digests += 1;
      for (const notice of notices)
        for (const alert of notice.alerts) receivedNotice({ mail, notice, alert, nowMs, late: copy });
    },
    mailable: (recipient) => void chances.set(recipient, (chances.get(recipient) ?? 0) + 1),
    verdict() {
      for (const one of owed.filter(unpaid))
        faults.push(
          `UNRESOLVED ${one.incident.kind} ${one.incident.id}, over at ${formatInstant(one.incident.overMs ?? 0)}: nobody told ${one.recipient}`,
        );
      for (const incidents of open.values())
        for (const incident of [...incidents.values()]) close(incident, Number.POSITIVE_INFINITY);
      return { kinds, mails, digests, copies, faults };
    },
  };
}

function keyOf({ kind, epochMs }: { kind: Kind; epochMs: number }): string {
  return `${kind} ${epochMs}`;
}

function nothing(): KindCount {
  return {
    incidents: 0,
    told: 0,
    flapping: 0,
    over: 0,
    missed: 0,
    mails: { first: 0, rung: 0, reminder: 0, resolved: 0 },
    slowestMs: 0,
  };
}
