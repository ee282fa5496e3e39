// GET /calendar.ics: the end of every live certificate as an event with alarms at the ladder's rungs (RFC 5545).
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import ical, {
  ICalAlarmType,
  type ICalCalendar,
  ICalCalendarMethod,
  ICalEventTransparency,
} from 'ical-generator';
import { type Certificate, isLive, keyText } from '../certificates/certificate.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';
import { SECOND_MS } from '../shared/time.ts';
import { tagOf } from './answer.ts';
import { keepByIdentity } from './order.ts';
import type { StatusSource } from './sources.ts';
import { domainsOf, isShowable, pathOf, shown, titleOf } from './words.ts';

interface CalendarFacts {
  readonly certificates: readonly WatchedCertificate[];
  /** Alarms this long before the end. */
  readonly ladderMs: readonly number[];
  /** For links; null: none. */
  readonly publicUrl: string | null;
  /** When each end last changed, by `keyText`. */
  readonly changedMs: ReadonlyMap<string, number>;
}

export interface RenderedCalendar {
  readonly body: Buffer;
  /** Of an ETag: the same for the same text. */
  readonly tag: string;
}

const EVENTS_PER_SLICE = 25;
const MAX_LINE_BYTES = 75;
const END = 'END:VCALENDAR';

/** Sequence numbers are seconds from here: they fit into RFC 5545's INTEGER until 2088. */
const FIRST_SEQUENCE_MS = Date.UTC(2020, 0, 1);

/**
 * Gives the calendar as it is now. It is made when somebody asks for it, kept until the certificates change or a check
 * has ended (what it found is shown a moment before it is in the history), and made once at a time: whoever asks
 * meanwhile gets what is being made.
 */
export function createCalendar(
  status: Pick<StatusSource, 'certificates' | 'ladderMs' | 'monitor' | 'endsChangedMs'>,
): () => Promise<RenderedCalendar> {
  let making: Promise<RenderedCalendar> | null = null;
  let checkedMs: number | null = null;
  let kept = keepByIdentity(make);

  function make(certificates: CalendarFacts['certificates']): Promise<RenderedCalendar> {
    const rendering = renderCalendar({
      certificates,
      ladderMs: status.ladderMs(),
      publicUrl: status.monitor().publicUrl,
      changedMs: status.endsChangedMs(),
    }).finally(() => {
      making = null;
    });
    making = rendering;
    return rendering;
  }

  return () => {
    const { lastCheckMs } = status.monitor();
    if (making !== null) return making;
    if (lastCheckMs !== checkedMs) kept = keepByIdentity(make);
    checkedMs = lastCheckMs;
    return kept(status.certificates());
  };
}

/** The whole calendar. Made in slices, since ten thousand events take half a second. */
async function renderCalendar(facts: CalendarFacts): Promise<RenderedCalendar> {
  const calendar = ical({
    name: 'Certificates',
    prodId: { company: 'ccm-cert-monitor', product: 'ccm-cert-monitor', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
  });
  const frame = calendar.toString();
  const endAt = frame.lastIndexOf(END);
  const hash = createHash('sha256');
  const parts: Buffer[] = [];
  const add = (text: string): void => {
    const bytes = Buffer.from(text);
    hash.update(bytes);
    parts.push(bytes);
  };
  add(frame.slice(0, endAt));
  for (let start = 0; start < facts.certificates.length; start += EVENTS_PER_SLICE) {
    const slice = facts.certificates.slice(start, start + EVENTS_PER_SLICE);
    add(slice.map((certificate) => eventText(calendar, { certificate, facts })).join(''));
    await nextTurn();
  }
  add(frame.slice(endAt));
  return { body: Buffer.concat(parts), tag: tagOf(hash) };
}

/** One event, or nothing for a certificate that serves nobody or whose end is not known. */
function eventText(
  calendar: ICalCalendar,
  subject: { certificate: WatchedCertificate; facts: CalendarFacts },
): string {
  const { certificate: watched, facts } = subject;
  const { certificate } = watched;
  if (certificate === null || !isLive(certificate) || !isShowable(certificate.notAfterMs)) return '';
  const url = facts.publicUrl === null ? null : facts.publicUrl + pathOf(watched);
  const summary = `Certificate ends: ${titleOf(watched)}`;
  const changedMs = changedOf(watched, certificate, facts);
  const event = calendar.createEvent({
    id: uidOf(watched),
    sequence: Math.max(0, Math.floor((changedMs - FIRST_SEQUENCE_MS) / SECOND_MS)),
    start: new Date(certificate.notAfterMs),
    stamp: new Date(changedMs),
    lastModified: new Date(changedMs),
    summary,
    description: descriptionOf(watched, domainsOf(certificate)),
    transparency: ICalEventTransparency.TRANSPARENT,
    ...(url === null ? {} : { url }),
  });
  for (const rungMs of facts.ladderMs) {
    event.createAlarm({
      type: ICalAlarmType.display,
      trigger: Math.round(rungMs / SECOND_MS),
      description: summary,
    });
  }
  const text = foldLines(event.toString());
  calendar.clear();
  return text;
}

/**
 * When the end last changed, from the history that is stored: it survives restarts, and only goes on. Sequence number,
 * DTSTAMP and LAST-MODIFIED follow from it, so that the text is the same until something changes. The number is about
 * the date alone (RFC 5546, section 2.1.4, asks for no more): a new alias or rung comes under the same one. Where the
 * history does not know, the certificate's own start is earlier than any change that it will see.
 */
function changedOf(watched: WatchedCertificate, { notBeforeMs }: Certificate, facts: CalendarFacts): number {
  const knownMs = facts.changedMs.get(keyText(watched)) ?? notBeforeMs;
  return isShowable(knownMs) ? knownMs : FIRST_SEQUENCE_MS;
}

/** The same for the same certificate for ever, so that a renewal moves the event and does not add one. */
function uidOf(watched: WatchedCertificate): string {
  return `${createHash('sha256').update(keyText(watched)).digest('hex').slice(0, 32)}@ccm-cert-monitor`;
}

function descriptionOf(
  { account, id, owner, runbook }: WatchedCertificate,
  domains: readonly string[],
): string {
  const lines = [
    `Id: ${id}`,
    `Account: ${account}`,
    `Domains: ${domains.join(', ')}`,
    ...(owner === null ? [] : [`Owner: ${owner}`]),
    ...(runbook === null ? [] : [`Runbook: ${runbook}`]),
  ];
  return lines.map(shown).join('\n');
}

/** Lines of at most 75 bytes, never cut within a character (RFC 5545, section 3.1). The library's own folding takes 0.6 ms per event. */
export function foldLines(text: string): string {
  return `${text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map(foldLine)
    .join('\r\n')}\r\n`;
}

function foldLine(line: string): string {
  if (line.length * 3 <= MAX_LINE_BYTES || Buffer.byteLength(line) <= MAX_LINE_BYTES) return line;
  let folded = '';
  let bytes = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (bytes + size > MAX_LINE_BYTES) {
      folded += '\r\n ';
      bytes = 1;
    }
    folded += character;
    bytes += size;
  }
  return folded;
}
