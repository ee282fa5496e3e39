// The values of the configuration that mean something: spans, addresses, hosts, URLs, schedules. Pure.
import { readCron, readTimeZone } from './cron.ts';
import {
  DURATION_PATTERN,
  parseDuration,
  parseShare,
  parseUtcOffset,
  SHARE_PATTERN,
  UTC_OFFSET_PATTERN,
} from './durations.ts';
import { matching, text } from './leaves.ts';
import { orRefuse } from './read.ts';
import { readEndpoint, readHeartbeat, readPublicUrl, readRunbook } from './urls.ts';

/** Milliseconds. */
export function duration({ minMs = 1, maxMs = Number.MAX_SAFE_INTEGER, range = '' } = {}) {
  const expected = `must be a duration like 90s, 15m, 36h or 30d${range === '' ? '' : `, ${range}`}`;
  return text({
    expected,
    schema: { pattern: DURATION_PATTERN, examples: ['90s', '15m', '36h', '30d'] },
    read: (written) => {
      const ms = parseDuration(written);
      return orRefuse(ms === null || ms < minMs || ms > maxMs ? null : ms, expected);
    },
  });
}

/** A span before the end, or a share of the lifetime. */
export function threshold() {
  const expected = 'must be a duration like 30d, or a share of the lifetime like 33%';
  return text({
    expected,
    schema: { pattern: `${DURATION_PATTERN}|${SHARE_PATTERN}`, examples: ['30d', '33%'] },
    read: (written) => orRefuse(parseThreshold(written), expected),
  });
}

export function parseThreshold(written: string) {
  const ms = parseDuration(written);
  if (ms !== null) return { kind: 'duration' as const, ms };
  const share = parseShare(written);
  return share === null ? null : { kind: 'share' as const, share };
}

/** Minutes east of UTC. */
export function utcOffset() {
  const expected = 'must be an offset from UTC like "+08:00", from "-14:00" to "+14:00"';
  return text({
    expected,
    schema: { pattern: UTC_OFFSET_PATTERN, examples: ['+08:00', '+00:00'] },
    read: (written) => orRefuse(parseUtcOffset(written), expected),
  });
}

/** What people call things: no control characters, so that it stays on its line in a log, a mail and a table. */
export function label(what: string) {
  const expected = `must be ${what} of 1 to 200 characters without control characters (digits alone need quotes)`;
  return text({
    expected,
    schema: { minLength: 1, maxLength: 200 },
    read: (written) =>
      orRefuse(
        /^[^\p{Cc}\u2028\u2029]{1,200}$/u.test(written) && written.trim() !== '' ? written : null,
        expected,
      ),
  });
}

export function filePath(what: string) {
  const expected = `must be the path of ${what}`;
  return text({
    expected,
    schema: { minLength: 1, maxLength: 4_096 },
    read: (written) => orRefuse(/^[^\p{Cc}]{1,4096}$/u.test(written) ? written : null, expected),
  });
}

/** A host name or an IP address, without scheme, port or brackets. */
export function host() {
  return matching({
    pattern: /^([A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45})$/,
    what: 'a host name or an IP address, without scheme or port',
    examples: ['smtp.example.com', '127.0.0.1', '::1'],
  });
}

// A mail library may take a comma or a semicolon for the start of a second recipient: strict on purpose, not RFC 5321's whole grammar.
const ADDRESS =
  /^[^\s\p{Cc}@<>,;:"()[\]\\]{1,64}@[^\s\p{Cc}@<>,;:"()[\]\\.]+(\.[^\s\p{Cc}@<>,;:"()[\]\\.]+)*$/u;
// For the same reason a name with a comma or the like must be in quotes, as RFC 5322 (3.2.4) has it.
const NAME_AND_ADDRESS = /^("[^\p{Cc}<>"\\]{1,200}"|[^\p{Cc}<>@,;:"()[\]\\]{1,200}) <([^<>]+)>$/u;

function isAddress(written: string): boolean {
  return written.length <= 254 && ADDRESS.test(written);
}

export function emailAddress() {
  const expected = 'must be an email address, e.g. oncall@example.com';
  return text({
    expected,
    schema: { minLength: 3, maxLength: 254, examples: ['oncall@example.com'] },
    read: (written) => orRefuse(isAddress(written) ? written : null, expected),
  });
}

export function emailSender() {
  const expected =
    'must be an email address, or a name and an address, e.g. Certificate monitor <certs@example.com>';
  return text({
    expected,
    schema: {
      minLength: 3,
      maxLength: 500,
      examples: ['Certificate monitor <certs@example.com>', 'certs@example.com'],
    },
    read: (written) =>
      orRefuse(isAddress(NAME_AND_ADDRESS.exec(written)?.[2] ?? written) ? written : null, expected),
  });
}

export function cron() {
  return text({
    expected: 'must be a cron expression in quotes, e.g. "*/15 * * * *"',
    schema: { examples: ['*/15 * * * *', '0 9 * * 1'] },
    read: readCron,
  });
}

export function timeZone() {
  return text({
    expected: 'must be an IANA time zone, e.g. UTC, Europe/Berlin or Asia/Shanghai',
    schema: { examples: ['UTC', 'Europe/Berlin', 'Asia/Shanghai'] },
    read: readTimeZone,
  });
}

const HTTPS = '^[hH][tT][tT][pP][sS]?://';

export function endpointUrl(example: string) {
  return text({
    expected: `must be an https:// URL, e.g. ${example}`,
    schema: { pattern: HTTPS, examples: [example] },
    read: readEndpoint,
  });
}

export function publicUrl() {
  return text({
    expected: 'must be an http:// or https:// URL',
    schema: { pattern: HTTPS },
    read: readPublicUrl,
  });
}

export function runbookUrl() {
  return text({
    expected: 'must be an http:// or https:// URL',
    schema: { pattern: HTTPS },
    read: readRunbook,
  });
}

export function heartbeatUrl() {
  return text({
    expected: 'must be an https:// URL to ask after every good check',
    schema: { pattern: HTTPS },
    read: readHeartbeat,
  });
}
