// Which cron expressions and time zones the scheduler takes, told in words of our own. Pure.
import { type DetailedValidation, validateDetailed } from 'node-cron';
import { dateTimeFormat } from '../shared/date-time-format.ts';
import { accept, type Read, refuse } from './read.ts';

const EXAMPLE = 'must be a cron expression of 5 or 6 fields, e.g. "*/15 * * * *"';

const FIELD_NAMES: ReadonlyMap<string, string> = new Map([
  ['second', 'the second'],
  ['minute', 'the minute'],
  ['hour', 'the hour'],
  ['dayOfMonth', 'the day of the month'],
  ['month', 'the month'],
  ['dayOfWeek', 'the day of the week'],
]);

/** A cron expression as node-cron takes it, with 5 or 6 fields; its nicknames (`@daily`) are not part of the contract. */
export function readCron(text: string): Read<string> {
  const expression = text.trim();
  const fields = expression.split(/\s+/);
  if (expression === '' || fields.length < 5 || fields.length > 6) return refuse(EXAMPLE);
  // A range is expanded before it is checked: `0-999999999` would fill the memory.
  if (expression.length > 200 || /\d{5}/.test(expression)) return refuse(EXAMPLE);
  const validation = validateDetailed(expression);
  return validation.valid ? accept(fields.join(' ')) : refuse(`${EXAMPLE}; ${whatIsWrong(validation)}`);
}

function whatIsWrong({ errors }: DetailedValidation): string {
  if (errors.some((error) => error.message.includes('impossible')))
    return 'this day never comes in this month';
  const names = errors.map((error) => FIELD_NAMES.get(error.field)).filter((name) => name !== undefined);
  return names.length === 0 ? 'it has characters that no field takes' : `not understood: ${names.join(', ')}`;
}

/** An IANA time zone that this Node knows; offsets are refused, because not every Node takes them. */
export function readTimeZone(text: string): Read<string> {
  const expected = 'must be an IANA time zone, e.g. UTC, Europe/Berlin or Asia/Shanghai';
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(text)) return refuse(expected);
  try {
    dateTimeFormat('en', { timeZone: text });
    return accept(text);
  } catch {
    return refuse(expected);
  }
}
