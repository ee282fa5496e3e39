// GET /calendar.ics: the end of every live certificate as an event with alarms at the ladder's rungs (RFC 5545).
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import ical, {
  ICalAlarmType,
  type ICalCalendar,
  ICalCalendarMethod,
  ICalEventTransparency,
} from 'ical-generator';
import { isLive, keyText } from '../certificates/certificate.ts';
import type { WatchedCertificate } from '../certificates/watched.ts';
import { SECOND_MS } from '../shared/time.ts';
import { domainsOf, isShowable, pathOf, shown, titleOf } from './words.ts';

export interface CalendarFacts {
  readonly certificates: readonly WatchedCertificate[];
  /** Alarms this long before the end. */
  readonly ladderMs: readonly number[];
  /** For links; null: none. */
  readonly publicUrl: string | null;
  readonly nowMs: number;
}

const EVENTS_PER_SLICE = 25;
const MAX_LINE_BYTES = 75;
const END = 'END:VCALENDAR';

/** The whole calendar. Made in slices, since ten thousand events take half a second. */
export async function renderCalendar(facts: CalendarFacts): Promise<string> {
  const calendar = ical({
    name: 'Certificates',
    prodId: { company: 'ccm-cert-monitor', product: 'ccm-cert-monitor', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
  });
  const frame = calendar.toString();
  const endAt = frame.lastIndexOf(END);
  let text = frame.slice(0, endAt);
  let inSlice = 0;
  for (const certificate of facts.certificates) {
    text += eventText(calendar, { certificate, facts });
    inSlice += 1;
    if (inSlice % EVENTS_PER_SLICE === 0) await nextTurn();
  }
  return text + frame.slice(endAt);
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
  const event = calendar.createEvent({
    id: uidOf(watched),
    start: new Date(certificate.notAfterMs),
    stamp: new Date(facts.nowMs),
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
