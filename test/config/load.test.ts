// From the file to the configuration: defaults, what is made of the values, all faults at once, files that cannot be read.
import { chmod, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KINDS } from '../../src/certificates/finding.ts';
import type { Config } from '../../src/config/config.ts';
import { ConfigError, loadConfig, parseConfig } from '../../src/config/load.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/shared/time.ts';
import { ANY_CHARACTER } from '../support/any-character.ts';
import {
  account,
  billionLaughs,
  certificate,
  credentials,
  email,
  endpoint,
  SOUND,
  section,
  smtp,
  twoAccounts,
} from './texts.ts';

function sound(text: string): Config {
  const result = parseConfig(text, { source: 'c' });
  if (!result.ok) throw new Error(result.message);
  return result.config;
}

function messageOf(text: string): string {
  const result = parseConfig(text, { source: 'c' });
  return result.ok ? '' : result.message;
}

describe('what is read', () => {
  test('where nothing is written the defaults stand', () => {
    expect(sound(SOUND)).toEqual({
      accounts: [
        {
          name: 'default',
          endpoint: 'https://scm.example.com',
          utcOffsetMinutes: 480,
          credentials: { type: 'token', token: { env: 'TOKEN' } },
          requestsPerSecond: 5,
          concurrency: 4,
          timeoutMs: 10_000,
          caFile: null,
          discover: null,
          listEveryMs: HOUR_MS,
          successors: [],
        },
      ],
      certificates: [
        {
          account: 'default',
          id: 'scs1590053258704',
          alias: null,
          owner: null,
          runbook: null,
          recipients: [],
          thresholds: {
            warning: { kind: 'duration', ms: 30 * DAY_MS },
            critical: { kind: 'duration', ms: 7 * DAY_MS },
            pendingMs: 7 * DAY_MS,
            unreadableMs: HOUR_MS,
            stuckMs: 10 * DAY_MS,
            overdueMs: 21 * DAY_MS,
            deployMs: DAY_MS,
          },
          probe: [],
        },
      ],
      rules: [],
      thresholds: {
        warning: { kind: 'duration', ms: 30 * DAY_MS },
        critical: { kind: 'duration', ms: 7 * DAY_MS },
        pendingMs: 7 * DAY_MS,
        unreadableMs: HOUR_MS,
        stuckMs: 10 * DAY_MS,
        overdueMs: 21 * DAY_MS,
        deployMs: DAY_MS,
      },
      probes: { concurrency: 16, perSecond: 20, timeoutMs: 10_000, caFile: null },
      schedule: { cron: '*/15 * * * *', timeZone: 'UTC' },
      email: null,
      heartbeat: null,
      http: { host: '0.0.0.0', port: 10_119, webConfigFile: null, probePort: null, publicUrl: null },
      state: { path: './data/state.db' },
      metrics: { status: 'stateset' },
      log: { level: 'info' },
    });
  });

  test('the email section has its own defaults', () => {
    expect(sound(smtp('host: smtp.example.com')).email).toEqual({
      smtp: {
        host: 'smtp.example.com',
        port: 587,
        tls: 'starttls',
        username: null,
        password: null,
        caFile: null,
        timeoutMs: 30_000,
      },
      from: 'certs@example.com',
      to: ['a@example.com'],
      kinds: [...KINDS],
      ladderMs: [30, 14, 7, 3, 1].map((days) => days * DAY_MS),
      remindersMs: [1, 3, 7, 14, 30].map((days) => days * DAY_MS),
      resolved: true,
      summary: '0 9 * * 1',
      language: 'en',
    });
  });

  test('every type of credentials keeps where its secrets stand, never what they are', () => {
    const password =
      '{ type: password, iamEndpoint: "https://iam.example.com/", domainName: d, userName: u, password: { file: /p } }';
    expect(sound(credentials(password)).accounts[0]?.credentials).toEqual({
      type: 'password',
      iamEndpoint: 'https://iam.example.com',
      domainName: 'd',
      userName: 'u',
      password: { file: '/p' },
      scope: 'domain',
    });
    const inProject = password.replace(/ }$/, ', scope: { project: cn-north-4 } }');
    expect(sound(credentials(inProject)).accounts[0]?.credentials).toMatchObject({
      scope: { project: 'cn-north-4' },
    });
    expect(
      sound(credentials('{ type: access-key, accessKey: { env: AK }, secretKey: { env: SK } }')).accounts[0]
        ?.credentials,
    ).toEqual({
      type: 'access-key',
      accessKey: { env: 'AK' },
      secretKey: { env: 'SK' },
      securityToken: null,
    });
  });

  test.each([
    ['https://SCM.example.com/', 'https://scm.example.com'],
    ['https://scm.example.com:443//', 'https://scm.example.com'],
    ['https://gateway.example.com/huawei/', 'https://gateway.example.com/huawei'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://127.9.8.7:1/', 'http://127.9.8.7:1'],
    ['"http://[::1]:8080"', 'http://[::1]:8080'],
  ])('the endpoint %s becomes %s', (written, read) =>
    expect(sound(endpoint(written)).accounts[0]?.endpoint).toBe(read),
  );

  test('lists of durations are put in order and repeats are dropped', () => {
    const config = sound(
      email(
        'ladder: [1d, 30d, 24h]\n  reminders: [3d, 1d, 72h]\n  kinds: [expired, expired]\n  summary: false',
      ),
    );
    expect(config.email).toMatchObject({
      ladderMs: [30 * DAY_MS, DAY_MS],
      remindersMs: [DAY_MS, 3 * DAY_MS],
      kinds: ['expired'],
      summary: null,
    });
  });

  test('nobody is told twice: addresses that differ in case only are one, and those of email.to stand for every certificate', () => {
    const text = `${certificate('recipients: [b@example.com, B@example.com, A@example.com]')}email: { smtp: { host: h }, from: m@example.com, to: [a@example.com, A@EXAMPLE.com] }`;
    expect(sound(text).email?.to).toEqual(['a@example.com']);
    expect(sound(text).certificates[0]?.recipients).toEqual(['b@example.com']);
  });

  test("a certificate's own thresholds stand over the general ones", () => {
    const text = `${certificate('thresholds: { warning: 45d, unreadable: 2h }')}thresholds: { critical: 10d, pending: 3d }`;
    expect(sound(text).certificates[0]?.thresholds).toEqual({
      warning: { kind: 'duration', ms: 45 * DAY_MS },
      critical: { kind: 'duration', ms: 10 * DAY_MS },
      pendingMs: 3 * DAY_MS,
      unreadableMs: 2 * HOUR_MS,
      stuckMs: 10 * DAY_MS,
      overdueMs: 21 * DAY_MS,
      deployMs: DAY_MS,
    });
  });

  test('endpoints are host and port, with whom to ask for and what is spoken before TLS; the configuration names them', () => {
    const probe =
      '[WWW.Example.com:443, "[2001:DB8::1]:8443", { address: "10.0.0.1:25", serverName: mx.example.com, startTls: smtp }]';
    expect(sound(certificate(`probe: ${probe}`)).certificates[0]?.probe).toEqual([
      { host: 'www.example.com', port: 443, serverName: null, startTls: null, named: true },
      { host: '2001:db8::1', port: 8443, serverName: null, startTls: null, named: true },
      { host: '10.0.0.1', port: 25, serverName: 'mx.example.com', startTls: 'smtp', named: true },
    ]);
  });

  test('endpoints that are asked in the same way are one', () => {
    const probe =
      '[www.example.com:443, WWW.example.com:443, { address: "www.example.com:443", serverName: www.example.com }, { address: "www.example.com:443", serverName: example.com }]';
    const read = sound(certificate(`probe: ${probe}`)).certificates[0]?.probe;
    expect(read).toMatchObject([{ serverName: null }, { serverName: 'example.com' }]);
  });

  test.each([
    ['auto', 'auto'],
    ['false', []],
  ])('probe: %s is read as %j, in a rule too', (written, read) => {
    const rule = `rules: [{ match: { domain: "*" }, probe: ${written} }]`;
    const config = sound(`${certificate(`probe: ${written}`)}${rule}`);
    expect(config.certificates[0]?.probe).toEqual(read);
    expect(config.rules[0]?.probe).toEqual(read);
  });

  test('shares are compared with shares', () => {
    expect(
      sound(section('thresholds: { warning: 33%, critical: 12.5% }')).certificates[0]?.thresholds.critical,
    ).toEqual({
      kind: 'share',
      share: 0.125,
    });
  });

  test.each(['thresholds: { warning: 33% }', 'thresholds: { warning: 33%, critical: 7d }'])(
    'a share and a duration stand beside each other: %s',
    (written) => {
      expect(sound(section(written)).certificates[0]?.thresholds).toMatchObject({
        warning: { kind: 'share', share: 0.33 },
        critical: { kind: 'duration', ms: 7 * DAY_MS },
      });
    },
  );

  test("a certificate's own share stands beside general durations", () => {
    expect(sound(certificate('thresholds: { critical: 5% }')).certificates[0]?.thresholds).toMatchObject({
      warning: { kind: 'duration', ms: 30 * DAY_MS },
      critical: { kind: 'share', share: 0.05 },
    });
  });

  test('one id may stand in two accounts', () => {
    const text = `${twoAccounts('a', 'b')}certificates:\n  - { account: a, id: scs1590053258704 }\n  - { account: b, id: scs1590053258704 }`;
    expect(sound(text).certificates.map((entry) => entry.account)).toEqual(['a', 'b']);
  });

  test.each([
    ['implicit TLS speaks on 465', 'host: h, tls: implicit', { port: 465 }],
    ['a port that is written stands', 'host: h, tls: implicit, port: 4650', { port: 4_650 }],
    [
      'a password in clear is for this machine',
      'host: 127.0.0.1, tls: none, username: u, password: { env: P }',
      { tls: 'none' },
    ],
    ['a mail server may be an IPv6 address', 'host: "::1", tls: none', { host: '::1' }],
  ])('%s', (_title, text, expected) => expect(sound(smtp(text)).email?.smtp).toMatchObject(expected));

  test.each([
    'Certificate monitor <certs@example.com>',
    '"Monitor, certificates" <certs@example.com>',
    'root@localhost',
  ])('%s is a sender', (from) => {
    expect(
      sound(smtp('host: h').replace('certs@example.com', from.includes('"') ? `'${from}'` : from)).email
        ?.from,
    ).toBe(from);
  });

  test.each([
    ['{}', null],
    ['{ webConfigFile: web.yaml }', 10_121],
    ['{ webConfigFile: web.yaml, probePort: 8081 }', 8081],
    ['{ webConfigFile: web.yaml, port: 0, probePort: 0 }', 0],
    ['{ probePort: 8081 }', 8081],
  ])(
    'probes have a port of their own where there is a web configuration, or where one is asked for: %s',
    (http, port) => {
      expect(sound(section(`http: ${http}`)).http.probePort).toBe(port);
    },
  );

  test('pages keep what people need in them', () => {
    const text = `${certificate('runbook: "http://wiki.example.com/a?b=c#d"')}http: { publicUrl: "http://certs.example.com/monitor/" }\nheartbeat: { url: "https://kuma.example.com/api/push/x?status=up" }`;
    expect(sound(text).certificates[0]?.runbook).toBe('http://wiki.example.com/a?b=c#d');
    expect(sound(text).http.publicUrl).toBe('http://certs.example.com/monitor');
    expect(sound(text).heartbeat).toEqual({ url: 'https://kuma.example.com/api/push/x?status=up' });
  });

  test('anchors and aliases are plain YAML', () => {
    const text = `${SOUND}    recipients: &team [a@example.com]\n  - { id: scs1590053258705, recipients: *team }`;
    expect(sound(text).certificates[1]?.recipients).toEqual(['a@example.com']);
  });

  test('an anchor may be used as often as there are certificates', () => {
    const entries = Array.from(
      { length: 500 },
      (_, index) => `  - { id: scs${1_590_053_258_705 + index}, recipients: *team }\n`,
    );
    const text = `${SOUND}    recipients: &team [a@example.com]\n${entries.join('')}`;
    expect(sound(text).certificates.at(-1)?.recipients).toEqual(['a@example.com']);
  });

  test('a byte order mark and CRLF do no harm', () => {
    expect(sound(`\ufeff${SOUND.replaceAll('\n', '\r\n')}`)).toEqual(sound(SOUND));
  });
});

describe('all faults are told at once', () => {
  test('over every section, in the order of the file, whatever else is wrong', () => {
    const text = `accounts:
  - endpoint: http://scm.example.com
    credentials: { type: token, token: hunter2 }
certificates:
  - id: abc
    account: nope
  - id: abc
    account: nope
    thresholds: { warning: 1d }
thresholds: { warning: 8d, critical: 9d }
email:
  smtp: { host: h, username: u, port: 99999 }
  from: x
  to: []
log: { levle: info }
`;
    expect(
      messageOf(text)
        .split('\n')
        .map((line) => line.replace(/: found .*/, '')),
    ).toEqual([
      'c:2 accounts[0].endpoint',
      'c:3 accounts[0].credentials.token',
      'c:5 certificates[0].id',
      'c:6 certificates[0].account',
      'c:7 certificates[1].id',
      'c:7 certificates[1].id',
      'c:8 certificates[1].account',
      'c:9 certificates[1].thresholds.warning',
      'c:10 thresholds.critical',
      'c:12 email.smtp.port',
      'c:12 email.smtp.password',
      'c:13 email.from',
      'c:14 email.to',
      'c:15 log.levle',
    ]);
  });

  test('with the line of what an alias stands for', () => {
    const text = `${SOUND}    thresholds: &own\n      warning: 5\n  - id: scs1590053258705\n    thresholds: *own`;
    expect(messageOf(text)).toContain('c:7 certificates[1].thresholds.warning: found 5 (a number)');
  });

  test('an unknown account names ten of the known, not a thousand', () => {
    const names = Array.from({ length: 12 }, (_, index) => `a${index}`);
    expect(
      messageOf(`${twoAccounts(...names)}certificates: [{ id: scs1590053258704, account: zzz }]`),
    ).toContain('must name one of the accounts: a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, …');
  });

  test('where an account has no readable name, certificates are not blamed for it', () => {
    expect(messageOf(`${account('name: [x]')}    account: y`)).not.toContain('certificates');
  });
});

const SECRET_POSITIONS: readonly ((secret: string) => string)[] = [
  (secret) => credentials(`{ type: token, token: ${secret} }`),
  (secret) => credentials(`{ type: token, token: { value: ${secret} } }`),
  (secret) => credentials(`{ type: token, token: { env: ${secret} } }`),
  (secret) => credentials(`{ type: token, token: [${secret}] }`),
  (secret) => credentials(`{ type: password, password: ${secret} }`),
  (secret) =>
    credentials(`{ type: access-key, accessKey: ${secret}, secretKey: ${secret}, securityToken: ${secret} }`),
  (secret) => credentials(`{ type: ak, secretKey: ${secret} }`),
  (secret) => credentials(`{ type: token, pasword: ${secret} }`),
  (secret) => credentials(secret),
  (secret) => smtp(`host: h, username: u, password: ${secret}`),
  (secret) => smtp(`host: h, username: u, passwort: ${secret}`),
  (secret) => section(`email: { smtp: ${secret} }`),
  (secret) => section(`token: ${secret}`),
];

test('a secret that is written in the file is never repeated, wherever it stands and whatever it is', () => {
  const plain = fc.stringMatching(/^[A-Za-z0-9]{12,80}$/).map((text) => `Zq${text}`);
  const odd = fc.string({ minLength: 12, maxLength: 80, unit: ANY_CHARACTER }).map((text) => `Zq${text}`);
  const position = fc.constantFrom(...SECRET_POSITIONS);
  fc.assert(
    fc.property(
      fc.oneof(plain, odd),
      position,
      fc.constantFrom('plain', 'single', 'double'),
      (secret, put, quoting) => {
        const written = {
          plain: secret,
          single: `'${secret.replaceAll("'", "''")}'`,
          double: JSON.stringify(secret),
        }[quoting];
        const result = parseConfig(put(written), { source: 'c' });
        // A well-formed name of a variable is no fault of the position { env: … }.
        if (result.ok) return;
        const told = `${result.message}\n${inspect(new ConfigError('c', result.faults), { depth: 9 })}`;
        expect(told).not.toContain(secret.slice(0, 8));
        expect(told).not.toContain(JSON.stringify(secret).slice(1, 9));
      },
    ),
    { numRuns: 250, interruptAfterTimeLimit: 15_000 },
  );
});

test('whatever the text is, the parser ends with a configuration or with faults', () => {
  const pieces = fc.constantFrom(
    'a',
    ': ',
    '- ',
    '\n',
    '  ',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '&a ',
    '*a',
    '!t ',
    '|',
    '>',
    '#',
    '? ',
    '\t',
    '---\n',
    '%',
    '@',
    '\\',
    'accounts',
    '\u0000',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      const result = parseConfig(parts.join(''), { source: 'c' });
      expect(result.ok || result.faults.length > 0).toBe(true);
    }),
    { numRuns: 1_000, interruptAfterTimeLimit: 15_000 },
  );
});

test.each([
  ['open lists', '['.repeat(50_000)],
  ['closed lists', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
  ['mappings', '{ a: '.repeat(50_000)],
  ['lists on one line', '- '.repeat(50_000)],
  [
    'lists on lines of their own',
    Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}-\n`).join(''),
  ],
  ['aliases that multiply', billionLaughs()],
])('nesting without end is refused before it costs anything: %s', (_title, text) => {
  expect(messageOf(text)).toContain('beyond all measure');
});

describe('the file', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ccm-config-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const failure = async (path: string): Promise<ConfigError> => {
    const error: unknown = await loadConfig(path).catch((reason: unknown) => reason);
    if (error instanceof ConfigError) return error;
    throw new Error('it was loaded');
  };

  test('is loaded from its path', async () => {
    const path = join(folder, 'sound.yaml');
    await writeFile(path, SOUND);
    expect(await loadConfig(path)).toEqual(sound(SOUND));
  });

  test('with faults is an error of code CONFIG that has them all', async () => {
    const path = join(folder, 'bad.yaml');
    await writeFile(path, section('log: { level: loud }\nhttp: { port: -1 }'));
    const error = await failure(path);
    expect(error.code).toBe('CONFIG');
    expect(error.faults.map((fault) => fault.path)).toEqual(['log.level', 'http.port']);
    expect(error.message).toBe(
      `Cannot use the configuration: 2 faults\n${path}:6 log.level: found "loud"; must be one of fatal, error, warn, info, debug, trace\n` +
        `${path}:7 http.port: found -1 (a number); must be a whole number from 0 to 65535`,
    );
  });

  test.each([
    ['missing', async () => {}, 'no such file'],
    ['sound.yaml/below', async () => {}, 'no such file'],
    ['.', async () => {}, 'a folder'],
    ['large', async (path: string) => truncate(path, 64 * 1024 * 1024 + 1), 'a file of 65 MiB'],
    [
      'latin1',
      async (path: string) => writeFile(path, Buffer.from('log: \xe4\n', 'latin1')),
      'bytes that are not UTF-8',
    ],
    ['long'.repeat(100), async () => {}, 'a file that cannot be read (ENAMETOOLONG)'],
  ])('%s: one clear fault', async (name, prepare, found) => {
    const path = join(folder, name);
    if (name === 'large') await writeFile(path, '');
    await prepare(path);
    expect((await failure(path)).message).toBe(
      `Cannot use the configuration: 1 fault\n${path}: found ${found}; must be a readable YAML file of at most 64 MiB; its path is given by --config or CCM_CONFIG; to begin, copy config/example.yaml and change it`,
    );
  });

  test('a device is not read', async () =>
    expect((await failure('/dev/null')).message).toContain('found something that is not a file'));

  // Root reads everything, so the refusal can only be seen by another user.
  const asUser = process.getuid?.() === 0 ? test.skip : test;
  asUser('one that may not be read says so', async () => {
    const path = join(folder, 'locked.yaml');
    await writeFile(path, SOUND);
    await chmod(path, 0);
    expect((await failure(path)).message).toContain('a file that this user may not read');
  });
});

test('ten thousand certificates are read in a few seconds at most', () => {
  const entries = Array.from(
    { length: 10_000 },
    (_, index) => `  - id: scs${1_590_053_258_704 + index}\n    alias: shop ${index}\n`,
  );
  const startedMs = performance.now();
  expect(sound(`${SOUND.slice(0, SOUND.indexOf('  - id'))}${entries.join('')}`).certificates).toHaveLength(
    10_000,
  );
  expect(performance.now() - startedMs).toBeLessThan(15_000);
});

test('the example is sound, and says every default as it is', async () => {
  const example = sound(await readFile(new URL('../../config/example.yaml', import.meta.url), 'utf8'));
  const plain = sound(smtp('host: smtp.example.com'));
  const { credentials: _, ...exampleAccount } = example.accounts[0] ?? {};
  const { credentials: __, ...plainAccount } = plain.accounts[0] ?? {};
  expect(exampleAccount).toEqual({ ...plainAccount, endpoint: 'https://scm.cn-north-4.myhuaweicloud.com' });
  for (const key of ['schedule', 'http', 'state', 'metrics', 'log'] as const)
    expect(example[key]).toEqual(plain[key]);
  const { smtp: exampleSmtp, from: _from, to: _to, ...exampleEmail } = example.email ?? {};
  expect(plain.email).toMatchObject(exampleEmail);
  expect(exampleSmtp).toMatchObject({ port: 587, tls: 'starttls', timeoutMs: 30_000 });
});

describe('discovery', () => {
  const nothing = { ids: [], domains: [], names: [] };
  const withAccount = (more: string) =>
    `accounts:\n  - endpoint: https://scm.example.com\n    credentials: { type: token, token: { env: T } }\n${more}`;

  test.each<[string, string, unknown]>([
    ['nothing', '', null],
    ['false', '    discover: false\n', null],
    [
      'true',
      '    discover: true\n',
      { statuses: [], domains: [], enterpriseProject: null, shared: false, exclude: nothing },
    ],
    [
      'a choice',
      '    discover: { domains: ["*.example.com"], exclude: { names: ["tmp-*"] }, every: 5m }\n',
      {
        statuses: [],
        domains: ['*.example.com'],
        enterpriseProject: null,
        shared: false,
        exclude: { ...nothing, names: ['tmp-*'] },
      },
    ],
  ])('of %s', (_what, written, discovered) => {
    const named = discovered === null ? 'certificates: [{ id: scs1590053258704 }]\n' : '';
    const [read] = sound(withAccount(written) + named).accounts;
    expect(read?.discover).toEqual(discovered);
    expect(read?.listEveryMs).toBe(written.includes('5m') ? 5 * MINUTE_MS : HOUR_MS);
  });

  test('rules hold what they say over the general thresholds, and null for what they do not ask', () => {
    const { rules } = sound(
      `${withAccount('    discover: true\n')}rules:\n  - match: { domain: "*.pay.example.com" }\n    owner: payments\n    thresholds: { critical: 3d }\n`,
    );
    expect(rules).toMatchObject([
      {
        match: { account: null, domain: '*.pay.example.com', name: null, brand: null, project: null },
        owner: 'payments',
        runbook: null,
        recipients: [],
        thresholds: { critical: { kind: 'duration', ms: 3 * DAY_MS }, stuckMs: 10 * DAY_MS },
      },
    ]);
  });

  test.each([
    ['accounts[0].successors[0]', withAccount('    discover: true\n    successors: [nowhere]\n')],
    ['rules[0].match', `${withAccount('    discover: true\n')}rules:\n  - match: {}\n`],
    [
      'rules[0].match.account',
      `${withAccount('    discover: true\n')}rules:\n  - match: { account: nowhere }\n`,
    ],
    [
      'rules[0].thresholds.critical',
      `${withAccount('    discover: true\n')}rules:\n  - match: { name: "*" }\n    thresholds: { critical: 60d }\n`,
    ],
    ['accounts[0].discover', withAccount('    discover: yes please\n')],
    ['accounts[0].discover.every', withAccount('    discover: { every: 1s }\n')],
    ['certificates', withAccount('    discover: false\n')],
  ])('with a fault is told at %s', (path, text) => {
    const result = parseConfig(text, { source: 'c' });
    expect(result.ok ? [] : result.faults.map((fault) => fault.path)).toEqual([path]);
  });
});
