// Mutated bodies of ShowCertificate: bytes changed, pieces cut and doubled, values of other types, numbers out of range,
// deep nesting. Pure, but for the chance that it is given.
/// <reference lib="es2024.string" />
import { issued, toWire } from '../../simulator/certificates.ts';
import type { Random } from '../../support/random.ts';

/** What is longer is no word of the cloud's; DESIGN wants it kept, not whole. */
const LONGEST_STATUS = 64;
const NOW_MS = Date.UTC(2026, 10, 23, 12);
const STATUSES = [
  'ISSUED',
  'UPLOAD',
  'EXPIRED',
  'REVOKED',
  'REVOKING',
  'UNPASSED',
  'PAID',
  'CHECKING',
] as const;
const VALUES: readonly [unknown, ...unknown[]] = [
  null,
  '',
  ' ',
  0,
  -1,
  1e308,
  true,
  false,
  [],
  {},
  [[]],
  'x'.repeat(5_000),
  '\u0000',
  '\ud800',
  '0000-00-00 00:00:00.0',
  '2026-02-30 10:00:00.0',
  '9999-12-31 23:59:59.9',
  'not a date',
  253_402_300_800_000,
  { toString: 'no' },
  ['ISSUED'],
  'issued',
  'ISSUED ',
  '__proto__',
  { __proto__: null },
  '2027-01-01 00:00:00.0',
  1_800_000_000_000,
];
const FIELDS = [
  'id',
  'status',
  'not_after',
  'not_before',
  'name',
  'domain',
  'sans',
  'fingerprint',
  'validity_period',
] as const;

/** The body of a sound certificate. */
export function soundBody(id: string, random: Random): Record<string, unknown> {
  const status = random.pick(STATUSES);
  const draft = issued({ id, nowMs: NOW_MS, daysLeft: 300, fields: { status } });
  return toWire({ ...draft, id }, 480);
}

/** Text that was such a body, with one to three things done to it. */
export function mutatedBody(id: string, random: Random): string {
  const body = soundBody(id, random);
  if (random.chance(0.6)) {
    for (let n = random.below(3); n >= 0; n -= 1) mutateField(body, random);
    const text = JSON.stringify(body);
    return random.chance(0.8) ? text : mutateText(text, random);
  }
  return mutateText(JSON.stringify(body), random);
}

function mutateField(body: Record<string, unknown>, random: Random): void {
  const field = random.pick(FIELDS);
  if (random.chance(0.2)) delete body[field];
  else body[field] = random.pick(VALUES);
}

function mutateText(text: string, random: Random): string {
  const at = random.below(text.length);
  const end = Math.min(text.length, at + random.below(60));
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at) + String.fromCharCode(random.below(0xffff)) + text.slice(at + 1);
    case 1:
      return text.slice(0, at);
    case 2:
      return text.slice(0, at) + text.slice(end);
    case 3:
      return text.slice(0, end) + text.slice(at);
    case 4:
      return `[${text}]`;
    case 5:
      return `${'['.repeat(random.below(2_000))}${text}`;
    default:
      return text.replaceAll(
        random.pick(['"', ':', ',', '0', 'e']),
        random.pick(['', '""', '\\', '\u0000', '9']),
      );
  }
}

/** What may be believed of a body, found another way than by the program's own schema. */
export interface Believable {
  readonly status: string;
  /** Whether it has an end that a person would take for a date. */
  readonly dated: boolean;
}

/** Null: not a word of it may be believed. */
export function believable(text: string, id: string): Believable | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  const own = fields.get('id');
  if (own !== undefined && own !== null && typeof own !== 'string') return null;
  if (typeof own === 'string' && visible(own) !== '' && visible(own) !== id) return null;
  const status = fields.get('status');
  if (typeof status !== 'string' || visible(status) === '') return null;
  return { status: visible(status.trim().slice(0, LONGEST_STATUS)), dated: isDate(fields.get('not_after')) };
}

/** As the program keeps it: trimmed, and of a lone half of a character the mark that stands for it. */
function visible(text: string): string {
  return text.trim().toWellFormed();
}

function isDate(value: unknown): boolean {
  if (typeof value === 'number') return value >= 1e11 && value < 253_402_300_800_000;
  if (typeof value !== 'string') return false;
  const text = value.trim();
  if (/^\d{12,15}$/.test(text)) return isDate(Number(text));
  const iso =
    /^(\d{4}-\d\d-\d\d)[ Tt](\d\d:\d\d:\d\d)(?:[.,]\d{1,9})?(?: ?(?:Z|z|[+-]\d\d(?::?\d\d)?))?$/.exec(text);
  if (iso === null) return false;
  // Date.parse takes the 30th of February: written back it is another day.
  const ms = Date.parse(`${iso[1]}T${iso[2]}Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(`${iso[1]}T${iso[2]}`);
}
