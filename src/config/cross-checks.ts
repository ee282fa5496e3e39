// Faults that no single value shows: names that are not known, entries that stand twice, limits that contradict each other. Pure.
import { DEFAULTS } from './defaults.ts';
import { describeFound, type Path, quote, type UnplacedFault } from './faults.ts';
import { isLoopbackHost } from './urls.ts';
import { parseThreshold } from './values.ts';

const LISTED_NAMES = 10;

/** Works on the file as it was written, whatever else is wrong with it: what cannot be read is left to the schema. */
export function crossCheck(written: unknown): UnplacedFault[] {
  const accounts = entries(child(written, 'accounts'));
  const names = accounts.map((account) => textOr(child(account, 'name'), DEFAULTS.accountName));
  const certificates = entries(child(written, 'certificates'));
  const general = child(written, 'thresholds');
  return [
    ...repeatedAccounts(names),
    ...nothingToWatch(written, accounts),
    ...accounts.flatMap((account, index) => unknownSuccessors(account, { index, names })),
    ...certificates.flatMap((certificate, index) => unknownAccount(certificate, { index, names })),
    ...repeatedCertificates(certificates, names),
    ...contradiction({ path: ['thresholds'], own: general, general: undefined }),
    ...certificates.flatMap((certificate, index) => {
      const own = child(certificate, 'thresholds');
      return own === undefined
        ? []
        : contradiction({ path: ['certificates', index, 'thresholds'], own, general });
    }),
    ...entries(child(written, 'rules')).flatMap((rule, index) => [
      ...unknownRuleAccount(rule, { index, names }),
      ...emptyMatch(rule, index),
      ...(child(rule, 'thresholds') === undefined
        ? []
        : contradiction({ path: ['rules', index, 'thresholds'], own: child(rule, 'thresholds'), general })),
    ]),
    ...smtpSignIn(child(child(written, 'email'), 'smtp')),
    ...samePorts(child(written, 'http')),
  ];
}

/** A monitor of nothing is never healthy. */
function nothingToWatch(written: unknown, accounts: readonly unknown[]): UnplacedFault[] {
  const certificates = child(written, 'certificates');
  const named = certificates !== undefined && (!Array.isArray(certificates) || certificates.length > 0);
  const discovered = accounts.some((account) => (child(account, 'discover') ?? false) !== false);
  if (!isMapping(written) || named || discovered) return [];
  return [
    {
      path: ['certificates'],
      found: describeFound(certificates, ['certificates']),
      expected: 'must be a list of certificates, at least one, unless an account has discover: true',
    },
  ];
}

function unknownSuccessors(
  account: unknown,
  { index, names }: { index: number; names: readonly (string | null)[] },
): UnplacedFault[] {
  return entries(child(account, 'successors')).flatMap((name, place) =>
    typeof name !== 'string' || names.includes(name)
      ? []
      : [
          {
            path: ['accounts', index, 'successors', place],
            found: quote(name),
            expected: 'must be the name of one of the accounts',
          },
        ],
  );
}

function unknownRuleAccount(
  rule: unknown,
  { index, names }: { index: number; names: readonly (string | null)[] },
): UnplacedFault[] {
  const account = child(child(rule, 'match'), 'account');
  if (typeof account !== 'string' || names.includes(account)) return [];
  const path = ['rules', index, 'match', 'account'];
  return [{ path, found: quote(account), expected: 'must be the name of one of the accounts' }];
}

/** A rule that asks for nothing matches everything, and the rules after it nothing: that is said by `domain: "*"`. */
function emptyMatch(rule: unknown, index: number): UnplacedFault[] {
  const match = child(rule, 'match');
  if (!isMapping(match) || Object.keys(match).length > 0) return [];
  const expected = 'must ask for something; name: "*" or domain: "*" asks for anything';
  return [{ path: ['rules', index, 'match'], found: 'an empty mapping', expected }];
}

function repeatedAccounts(names: readonly (string | null)[]): UnplacedFault[] {
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (name === null || first === index) return [];
    return [
      {
        path: ['accounts', index, 'name'],
        found: `${quote(name)}, which is also the name of accounts[${first}]`,
        expected: 'must be a name of its own',
      },
    ];
  });
}

function unknownAccount(
  certificate: unknown,
  { index, names }: { index: number; names: readonly (string | null)[] },
): UnplacedFault[] {
  const account = child(certificate, 'account');
  if (names.length === 0 || !isMapping(certificate)) return [];
  const path = ['certificates', index, 'account'];
  const known = [...new Set(names.filter((name) => name !== null))];
  const listed = `${known.slice(0, LISTED_NAMES).join(', ')}${known.length > LISTED_NAMES ? ', …' : ''}`;
  if (account === undefined && names.length > 1) {
    return [
      {
        path,
        found: 'nothing',
        expected: `must name one of the accounts: ${listed}; it may be left out where there is one account`,
      },
    ];
  }
  if (typeof account !== 'string' || known.includes(account) || names.includes(null)) return [];
  return [
    { path, found: describeFound(account, path), expected: `must name one of the accounts: ${listed}` },
  ];
}

function repeatedCertificates(
  certificates: readonly unknown[],
  names: readonly (string | null)[],
): UnplacedFault[] {
  const seen = new Map<string, number>();
  return certificates.flatMap((certificate, index) => {
    const id = child(certificate, 'id');
    const account = textOr(child(certificate, 'account'), names.length === 1 ? (names[0] ?? null) : null);
    if (typeof id !== 'string' || account === null) return [];
    const key = `${account}\u0000${id}`;
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, index);
      return [];
    }
    const path = ['certificates', index, 'id'];
    return [
      {
        path,
        found: `${quote(id)} of account ${quote(account)}, which is certificates[${first}] already`,
        expected: 'must be listed once',
      },
    ];
  });
}

/** Thresholds are compared as they act: a certificate's own over the general ones over the defaults. */
function contradiction({
  path,
  own,
  general,
}: {
  path: Path;
  own: unknown;
  general: unknown;
}): UnplacedFault[] {
  const written = (key: 'warning' | 'critical') =>
    child(own, key) ?? child(general, key) ?? DEFAULTS.thresholds[key];
  const texts = { warning: written('warning'), critical: written('critical') };
  const warning = typeof texts.warning === 'string' ? parseThreshold(texts.warning) : null;
  const critical = typeof texts.critical === 'string' ? parseThreshold(texts.critical) : null;
  if (warning === null || critical === null) return [];
  const found = `warning ${texts.warning} and critical ${texts.critical}`;
  const at =
    child(own, 'critical') === undefined && child(own, 'warning') === undefined
      ? path
      : [...path, child(own, 'critical') === undefined ? 'warning' : 'critical'];
  // A span and a share: which of the two comes first is each certificate's affair, and the graver of those reached holds.
  if (warning.kind !== critical.kind) return [];
  const early = critical.kind === 'duration' ? critical.ms : critical.share;
  const late = warning.kind === 'duration' ? warning.ms : warning.share;
  return early > late
    ? [{ path: at, found, expected: 'must be a critical that is not longer than warning' }]
    : [];
}

function smtpSignIn(smtp: unknown): UnplacedFault[] {
  const path = ['email', 'smtp'];
  const username = child(smtp, 'username') !== undefined;
  const password = child(smtp, 'password') !== undefined;
  const host = child(smtp, 'host');
  const faults: UnplacedFault[] = [];
  if (username !== password) {
    faults.push({
      path: [...path, username ? 'password' : 'username'],
      found: 'nothing',
      expected: `must be set together with ${username ? 'username' : 'password'}, or neither of them`,
    });
  }
  if (
    (username || password) &&
    child(smtp, 'tls') === 'none' &&
    typeof host === 'string' &&
    !isLoopbackHost(host)
  ) {
    faults.push({
      path: [...path, 'tls'],
      found: 'none with a password',
      expected: 'must be starttls or implicit: a password is sent in clear to a loopback host only',
    });
  }
  return faults;
}

function samePorts(http: unknown): UnplacedFault[] {
  const port = child(http, 'port') ?? DEFAULTS.httpPort;
  const byDefault = child(http, 'webConfigFile') === undefined ? undefined : DEFAULTS.probePort;
  const probePort = child(http, 'probePort') ?? byDefault;
  if (port !== probePort || port === 0) return [];
  return [
    {
      path: ['http', 'probePort'],
      found: `${probePort}, which is also http.port`,
      expected: 'must be a port of its own',
    },
  ];
}

export function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a mapping's own key; undefined where there is none. */
export function child(value: unknown, key: string): unknown {
  return isMapping(value) && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function entries(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text, the default where nothing is written, null where something else is. */
function textOr<Default>(value: unknown, otherwise: Default): string | Default | null {
  if (value === undefined) return otherwise;
  return typeof value === 'string' ? value : null;
}
