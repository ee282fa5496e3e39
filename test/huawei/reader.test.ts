// The reader of one account against a whole simulated cloud: what is read, tried again, renewed, given up, and never said.
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Reading } from '../../src/certificates/reading.ts';
import { type AccountReader, OPERATIONS } from '../../src/huawei/account.ts';
import { certificateId, issued, PLANTED_PERSONAL_VALUES } from '../simulator/certificates.ts';
import { type Cloud, type CloudOptions, DEFAULT_ACCESS_KEY, startCloud } from '../simulator/cloud.ts';
import { createFakeClock } from '../support/clock.ts';
import {
  ACCESS_KEY,
  createObserver,
  failureOf,
  ID,
  type Observed,
  outcomeOf,
  PASSWORD,
  passwordOf,
  type ReaderSetting,
  readerOn,
  TOKEN,
} from './support/account.ts';

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Scene {
  readonly cloud: Cloud;
  readonly reader: AccountReader;
  readonly observer: Observed;
  readonly read: (id?: string) => Promise<Reading>;
}

async function scene(setting: Partial<ReaderSetting> = {}, options: CloudOptions = {}): Promise<Scene> {
  const cloud = await startCloud(options);
  closing.push(() => cloud.close());
  cloud.put(issued({ id: ID }));
  const observer = createObserver();
  const reader = readerOn({ endpoint: cloud.origin, observer, ...setting });
  closing.push(() => reader.close());
  const { signal } = new AbortController();
  return { cloud, reader, observer, read: (id = ID) => reader.read(id, signal) };
}

const scmRequests = (cloud: Cloud) => cloud.requests.filter(({ certificateId: id }) => id !== null);
const iamRequests = (cloud: Cloud) => cloud.requests.filter(({ method }) => method === 'POST');

describe('a read', () => {
  test('gives the certificate, with one token for all', async () => {
    const { cloud, reader, observer, read } = await scene();
    const readings = await Promise.all(Array.from({ length: 20 }, () => read()));
    expect(readings[0]).toMatchObject({ ok: true, certificate: { id: ID, status: 'ISSUED' } });
    expect(readings.map(outcomeOf)).toEqual(Array(20).fill('ok'));
    expect(iamRequests(cloud)).toHaveLength(1);
    expect(cloud.maxInFlight).toBeLessThanOrEqual(4);
    expect(observer.outcomes).toEqual(['CreateToken ok', ...Array(20).fill('ShowCertificate ok')]);
    expect(observer.requests[1]).toMatchObject({ account: 'default', seconds: expect.any(Number) });
    expect(new Set(observer.skews)).toEqual(new Set([0]));
    expect(reader.account).toBe('default');
    expect(OPERATIONS).toEqual([
      'ShowCertificate',
      'CreateToken',
      'ListCertificates',
      'ListDeployedResources',
    ]);
  });

  test('asks as the vendor’s page says', async () => {
    const { cloud, read } = await scene();
    await read();
    const [request] = scmRequests(cloud);
    expect(request?.path).toBe(`/v3/scm/certificates/${ID}`);
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-language': 'en-us',
      'user-agent': 'ccm-cert-monitor',
    });
    expect(request?.headers).not.toHaveProperty('accept-encoding');
  });

  test('keeps nothing of the personal data', async () => {
    const { read } = await scene();
    const text = inspect(await read(), { depth: 9 });
    for (const value of PLANTED_PERSONAL_VALUES) expect(text).not.toContain(value);
  });

  test.each(['', '../../tokens', 'a b', 'ä', 'x'.repeat(65), 'a/b', 'a\r\nb'])(
    'of %j is refused before anything is sent',
    async (id) => {
      const { cloud, read } = await scene();
      const failure = failureOf(await read(id));
      expect(failure).toMatchObject({ reason: 'malformed', requestId: null });
      expect(failure.message).toMatch(
        /^Cannot read certificate ".*" of account default: an id has only letters, digits, - and _/,
      );
      expect(cloud.requests).toHaveLength(0);
    },
  );

  test('of an id that the cloud does not know is missing, in each of its ways', async () => {
    const { cloud, read } = await scene();
    for (const unknownId of ['404', 'SCM.0003', 'SCM.0008', 'SCM.0020'] as const) {
      cloud.settings.unknownId = unknownId;
      const failure = failureOf(await read('scs0000000000000'));
      expect(failure.reason).toBe('missing');
      expect(failure.requestId).not.toBeNull();
      expect(failure.message).toContain(`request id ${failure.requestId}`);
    }
  });

  test.each<[string, unknown, RegExp]>([
    ['HTML', '<html>login</html>', /but its body is not JSON: check endpoint/],
    ['nothing', '', /but its body is not JSON/],
    ['a list', [], /but its body is a list, not a JSON object/],
    ['another certificate', { id: 'scs1', status: 'ISSUED' }, /of another certificate/],
    ['no status', { id: ID }, /has no status/],
  ])('that is answered with %s is malformed, once', async (_, body, text) => {
    const { cloud, read } = await scene();
    cloud.fail({ kind: 'reply', status: 200, body }, { on: 'scm', times: 'always' });
    const failure = failureOf(await read());
    expect(failure.reason).toBe('malformed');
    expect(failure.message).toMatch(text);
    expect(scmRequests(cloud)).toHaveLength(1);
  });
});

describe('another attempt', () => {
  test.each([
    [{ kind: 'reply', status: 500 }, 'server_error'],
    [{ kind: 'reply', status: 503 }, 'server_error'],
    [{ kind: 'reply', status: 429 }, 'throttled'],
    [{ kind: 'reset' }, 'unreachable'],
  ] as const)('is made up to twice after %j', async (fault, reason) => {
    const { cloud, observer, read } = await scene();
    cloud.fail(fault, { on: 'scm', times: 2 });
    expect(outcomeOf(await read())).toBe('ok');
    cloud.fail(fault, { on: 'scm', times: 'always' });
    expect(outcomeOf(await read())).toBe(reason);
    expect(scmRequests(cloud)).toHaveLength(6);
    expect(observer.outcomes.filter((o) => o === `ShowCertificate ${reason}`)).toHaveLength(5);
  });

  test.each([
    [400, 'malformed'],
    [403, 'forbidden'],
    [404, 'missing'],
    [302, 'malformed'],
  ])('is not made after %i', async (status, reason) => {
    const { cloud, read } = await scene();
    cloud.fail({ kind: 'reply', status }, { on: 'scm' });
    expect(outcomeOf(await read())).toBe(reason);
    expect(scmRequests(cloud)).toHaveLength(1);
  });
});

describe('an account that does not answer', () => {
  test('is given up for the rest of the check after three reads in a row, and asked again in the next', async () => {
    const { cloud, reader, read } = await scene({ account: { concurrency: 1 } });
    cloud.fail({ kind: 'reset' }, { on: 'scm', times: 'always' });
    const readings = await Promise.all(Array.from({ length: 50 }, (_, n) => read(certificateId(n))));
    expect(new Set(readings.map(outcomeOf))).toEqual(new Set(['unreachable']));
    expect(scmRequests(cloud)).toHaveLength(9);
    expect(failureOf(await read()).message).toMatch(
      /^Not asked: account default was given up for this check, after 3 reads in a row without an answer\. Cannot read certificate scs1590053258706 .*broke off/,
    );
    cloud.heal();
    reader.beginCheck();
    expect(outcomeOf(await read())).toBe('ok');
  });

  test('is not given up while something answers now and then', async () => {
    const { cloud, read } = await scene({ account: { concurrency: 1 } });
    for (let n = 0; n < 4; n += 1) {
      cloud.fail({ kind: 'reset' }, { on: 'scm', times: 6 });
      expect([await read(), await read()].map(outcomeOf)).toEqual(['unreachable', 'unreachable']);
      expect(outcomeOf(await read('scs0000000000000'))).toBe('missing');
    }
  });

  test('is given up where its IAM is the one that does not answer', async () => {
    const iam = await startCloud();
    await iam.close();
    const { cloud, observer, read } = await scene({ account: { credentials: passwordOf(iam.origin) } });
    for (let n = 0; n < 4; n += 1) expect(outcomeOf(await read())).toBe('unreachable');
    expect(failureOf(await read()).message).toContain(
      `no token from ${iam.origin}: ${iam.origin} refuses the connection`,
    );
    expect(observer.outcomes).toEqual(Array(4).fill('CreateToken unreachable'));
    expect(cloud.requests).toHaveLength(0);
  });
});

describe('a cloud that is asked too much', () => {
  test('is given the time that it asks for, by the whole account', async () => {
    const { cloud, read } = await scene();
    cloud.fail({ kind: 'reply', status: 429, headers: { 'Retry-After': '1' } }, { on: 'scm' });
    await read();
    const [refused, ...others] = scmRequests(cloud);
    expect(others).toHaveLength(1);
    expect((others[0]?.atMs ?? 0) - (refused?.atMs ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test('is left alone, at once and across checks, where it asks for more than half a minute', async () => {
    const clock = createFakeClock();
    const { cloud, reader, read } = await scene({ clock }, { nowMs: clock.wallMs });
    cloud.fail({ kind: 'reply', status: 429, headers: { 'Retry-After': '120' } }, { on: 'scm' });
    expect(outcomeOf(await read())).toBe('throttled');
    reader.beginCheck();
    expect(failureOf(await read()).message).toMatch(
      /^Not asked: account default is left alone for another 120 s, as the API wants\. Cannot read/,
    );
    expect(scmRequests(cloud)).toHaveLength(1);
    clock.pass(120_000);
    expect(outcomeOf(await read())).toBe('ok');
  });

  test('is left alone by a read that waited for its turn, too', async () => {
    // Two seconds for the first answer, before the second read's turn comes.
    const { cloud, read } = await scene({ account: { requestsPerSecond: 0.5 } });
    cloud.fail(
      { kind: 'reply', status: 429, headers: { 'Retry-After': '60' } },
      { on: 'scm', times: 'always' },
    );
    const readings = await Promise.all([read(), read()]);
    expect(readings.map(outcomeOf)).toEqual(['throttled', 'throttled']);
    expect(scmRequests(cloud)).toHaveLength(1);
  });

  test('cannot make us blind for longer than a quarter of an hour', async () => {
    const clock = createFakeClock();
    const { cloud, read } = await scene({ clock }, { nowMs: clock.wallMs });
    cloud.fail({ kind: 'reply', status: 503, headers: { 'Retry-After': '999999999' } }, { on: 'scm' });
    expect(outcomeOf(await read())).toBe('server_error');
    clock.pass(15 * 60_000);
    expect(outcomeOf(await read())).toBe('ok');
  });

  test('sees requests no faster than the account may send them', async () => {
    const { cloud, read } = await scene({ account: { requestsPerSecond: 20 } });
    await Promise.all(Array.from({ length: 30 }, () => read()));
    // Which distance each of them keeps is the pace's own test: on the way some are held up more than others.
    const times = scmRequests(cloud).map(({ atMs }) => atMs);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(1_000);
  });
});

describe('a token', () => {
  test('that ends in the middle is renewed exactly once for two hundred reads', async () => {
    const { cloud, read } = await scene({ account: { concurrency: 200 } });
    await read();
    cloud.revokeTokens();
    const readings = await Promise.all(Array.from({ length: 200 }, () => read()));
    expect(new Set(readings.map(outcomeOf))).toEqual(new Set(['ok']));
    expect(cloud.iam.tokensIssued).toBe(2);
  });

  test('that is refused although it is new is not renewed again in this check', async () => {
    const { cloud, reader, read } = await scene();
    cloud.fail({ kind: 'token-refused' }, { on: 'scm', times: 'always' });
    const readings = await Promise.all(Array.from({ length: 20 }, () => read()));
    expect(new Set(readings.map(outcomeOf))).toEqual(new Set(['unauthorized']));
    expect(cloud.iam.tokensIssued).toBe(2);
    reader.beginCheck();
    expect(failureOf(await read()).message).toContain('APIGW.0307');
    expect(cloud.iam.tokensIssued).toBe(3);
  });

  test('is kept between checks, by the server’s clock', async () => {
    const clock = createFakeClock();
    const daysOff = 3 * 86_400_000;
    const { cloud, reader, read } = await scene({ clock }, { nowMs: () => clock.wallMs() + daysOff });
    await read();
    clock.pass(23 * 3_600_000);
    reader.beginCheck();
    await read();
    expect(cloud.iam.tokensIssued).toBe(1);
    clock.pass(3_500_000);
    await read();
    expect(cloud.iam.tokensIssued).toBe(2);
  });

  test('may have 64 KB', async () => {
    const { read } = await scene({}, { tokenLength: 64 * 1_024 });
    expect(outcomeOf(await read())).toBe('ok');
  });

  test('for a project is asked for as such', async () => {
    const { cloud, read } = await scene();
    const credentials = { ...passwordOf(cloud.origin), scope: { project: 'cn-north-4' } };
    const reader = readerOn({ endpoint: cloud.origin, account: { credentials } });
    closing.push(() => reader.close());
    expect([await read(), await reader.read(ID, new AbortController().signal)].map(outcomeOf)).toEqual([
      'ok',
      'ok',
    ]);
  });

  test.each<[string, Record<string, string>, unknown, RegExp]>([
    ['does not come', {}, '{}', /answered 201 without a usable X-Subject-Token/],
    [
      'has characters that no header may have',
      { 'X-Subject-Token': 'caf\u00e9' },
      '{}',
      /without a usable X-Subject-Token/,
    ],
  ])('that %s is malformed', async (_, headers, body, text) => {
    const { cloud, read } = await scene();
    cloud.fail({ kind: 'reply', status: 201, headers, body }, { on: 'iam', times: 'always' });
    const failure = failureOf(await read());
    expect(failure.reason).toBe('malformed');
    expect(failure.message).toMatch(text);
  });

  test.each([
    '{}',
    'not json',
    '{"token":{"expires_at":"soon"}}',
    '{"token":{"expires_at":"2020-01-04T09:08:49.965000Z"}}',
  ])('whose end cannot be told from %s is used all the same', async (body) => {
    const clock = createFakeClock();
    const { cloud, read } = await scene({ clock }, { nowMs: clock.wallMs });
    const headers = { 'X-Subject-Token': cloud.iam.issueToken() };
    cloud.fail({ kind: 'reply', status: 201, headers, body }, { on: 'iam' });
    expect([await read(), await read()].map(outcomeOf)).toEqual(['ok', 'ok']);
    expect(iamRequests(cloud)).toHaveLength(1);
  });
});

describe('a password', () => {
  test('that is wrong is tried once per check, however many certificates there are', async () => {
    const secrets = { PASSWORD: 'wr0ng-p4ssword' };
    const { cloud, reader, read } = await scene({ secrets });
    for (const check of [1, 2]) {
      reader.beginCheck();
      const readings = await Promise.all(Array.from({ length: 20 }, () => read()));
      expect(new Set(readings.map(outcomeOf))).toEqual(new Set(['unauthorized']));
      expect(cloud.iam.passwordsRefused).toBe(check);
    }
    const { message } = failureOf(await read());
    expect(message).toMatch(
      /: no token from http:.*: the API answered 401 .*; check domainName, userName and the password/,
    );
    expect(message).not.toContain('wr0ng-p4ssword');
    secrets.PASSWORD = PASSWORD;
    reader.beginCheck();
    expect(outcomeOf(await read())).toBe('ok');
  });

  test('that cannot be read is said in the words of its reader', async () => {
    const { cloud, read } = await scene({ secrets: {} });
    expect(failureOf(await read())).toMatchObject({
      reason: 'unauthorized',
      message: expect.stringMatching(/: Cannot read secret: PASSWORD is not set$/),
    });
    expect(cloud.requests).toHaveLength(0);
  });

  test.each([
    [{ kind: 'reply', status: 500 }, 'server_error', 4],
    [{ kind: 'reply', status: 429 }, 'throttled', 4],
    [{ kind: 'reset' }, 'unreachable', 4],
    [{ kind: 'reply', status: 429, headers: { 'Retry-After': '31' } }, 'throttled', 1],
    [{ kind: 'reply', status: 400 }, 'malformed', 1],
    [{ kind: 'redirect', status: 307, location: 'http://127.0.0.1:1/' }, 'malformed', 1],
  ] as const)('is offered again only after what passes: %j', async (fault, reason, attempts) => {
    const { cloud, observer, read } = await scene();
    cloud.fail(fault, { on: 'iam', times: 'always' });
    for (let n = 0; n < 5; n += 1) expect(outcomeOf(await read())).toBe(reason);
    expect(iamRequests(cloud)).toHaveLength(attempts);
    expect(observer.outcomes).toEqual(Array(attempts).fill(`CreateToken ${reason}`));
    expect(scmRequests(cloud)).toHaveLength(0);
  });

  test('gets its token after what passed', async () => {
    const { cloud, read } = await scene();
    cloud.fail({ kind: 'reply', status: 503 }, { on: 'iam', times: 3 });
    expect(outcomeOf(await read())).toBe('ok');
  });
});

describe('a token made elsewhere', () => {
  test('is read again for each check, and once where it is refused', async () => {
    const secrets = { TOKEN: 'outdated' };
    const { cloud, reader, read } = await scene({ secrets, account: { credentials: TOKEN } });
    expect([await read(), await read()].map(outcomeOf)).toEqual(['unauthorized', 'unauthorized']);
    expect(scmRequests(cloud)).toHaveLength(2);
    secrets.TOKEN = cloud.iam.issueToken();
    reader.beginCheck();
    expect(outcomeOf(await read())).toBe('ok');
    cloud.revokeTokens();
    secrets.TOKEN = cloud.iam.issueToken();
    expect(outcomeOf(await read())).toBe('ok');
  });

  test.each(['', 'two words', 'line\nbreak', 'café'])('that is %j is not sent', async (token) => {
    const { cloud, read } = await scene({ secrets: { TOKEN: token }, account: { credentials: TOKEN } });
    const failure = failureOf(await read());
    expect(failure.reason).toBe('unauthorized');
    expect(failure.message).toMatch(/the token is empty or has characters that are not printable ASCII/);
    expect(cloud.requests).toHaveLength(0);
  });

  test('that cannot be read is said so', async () => {
    const { read } = await scene({ secrets: {}, account: { credentials: TOKEN } });
    expect(failureOf(await read()).message).toContain('TOKEN is not set');
  });
});

describe('an access key', () => {
  const account = { credentials: ACCESS_KEY };
  const secrets = { AK: DEFAULT_ACCESS_KEY.accessKey, SK: DEFAULT_ACCESS_KEY.secretKey };

  test('signs what the cloud accepts', async () => {
    const { cloud, read } = await scene({ account, secrets });
    expect(outcomeOf(await read())).toBe('ok');
    expect(iamRequests(cloud)).toHaveLength(0);
  });

  test('that is temporary comes with its security token', async () => {
    const credentials = { ...ACCESS_KEY, securityToken: { env: 'ST' } };
    const { cloud, read } = await scene({
      account: { credentials },
      secrets: { ...secrets, ST: 'session-token' },
    });
    await read();
    expect(cloud.requests[0]?.headers['x-security-token']).toBe('session-token');
    expect(String(cloud.requests[0]?.headers['authorization'])).toContain('x-security-token');
  });

  test('that is wrong is unauthorized, without a word of it', async () => {
    const { read } = await scene({ account, secrets: { ...secrets, SK: 'wr0ng-secret-key' } });
    const failure = failureOf(await read());
    expect(failure).toMatchObject({ reason: 'unauthorized', message: expect.stringContaining('APIGW.0301') });
    expect(inspect(failure)).not.toMatch(/wr0ng-secret-key|[0-9a-f]{64}/);
  });

  test.each<[number, string]>([
    [20, "this machine's clock is 20 minutes behind the API's"],
    [-60, "this machine's clock is 1 hour ahead of the API's"],
  ])('refused with a clock %i minutes off says so', async (minutes, text) => {
    const clock = createFakeClock();
    const { observer, read } = await scene(
      { account, secrets, clock },
      { nowMs: () => clock.wallMs() + minutes * 60_000 },
    );
    expect(failureOf(await read()).message).toContain(text);
    expect(Math.abs((observer.skews[0] ?? 0) - minutes * 60)).toBeLessThanOrEqual(0.5);
  });

  test.each<[Record<string, string>, string]>([
    [{ SK: 'x' }, 'AK is not set'],
    [{ AK: 'x' }, 'SK is not set'],
    [{ AK: 'x', SK: 'y' }, 'ST is not set'],
    [{ AK: 'x y', SK: 'y', ST: 'z' }, 'the access key is empty or has characters'],
    [{ AK: 'x', SK: '', ST: 'z' }, 'the secret key is empty or has characters'],
    [{ AK: 'x', SK: 'y', ST: 'z\n' }, 'the security token is empty or has characters'],
  ])('that is not whole, %j, is said so', async (values, text) => {
    const credentials = { ...ACCESS_KEY, securityToken: { env: 'ST' } };
    const { cloud, read } = await scene({ account: { credentials }, secrets: values });
    expect(failureOf(await read())).toMatchObject({
      reason: 'unauthorized',
      message: expect.stringContaining(text),
    });
    expect(cloud.requests).toHaveLength(0);
  });
});

describe('a stop', () => {
  const waits: readonly [string, (s: Scene) => void, Partial<ReaderSetting>][] = [
    ['for the answer', ({ cloud }) => void cloud.fail({ kind: 'stall' }, { on: 'scm', times: 'always' }), {}],
    ['for a token', ({ cloud }) => void cloud.fail({ kind: 'stall' }, { on: 'iam', times: 'always' }), {}],
    [
      'before another token',
      ({ cloud }) => void cloud.fail({ kind: 'reply', status: 500 }, { on: 'iam', times: 'always' }),
      { random: () => 0.9 },
    ],
    [
      'before another attempt',
      ({ cloud }) => void cloud.fail({ kind: 'reply', status: 500 }, { on: 'scm', times: 'always' }),
      { random: () => 0.9 },
    ],
    [
      'as the cloud asked',
      ({ cloud }) =>
        void cloud.fail({ kind: 'reply', status: 429, headers: { 'Retry-After': '20' } }, { on: 'scm' }),
      {},
    ],
    ['for its turn', () => {}, { account: { requestsPerSecond: 0.01 } }],
  ];

  test.each(waits)('cuts short the wait %s', async (_, prepare, setting) => {
    for (const how of ['signal', 'close'] as const) {
      const all = await scene(setting);
      prepare(all);
      const stop = new AbortController();
      const reading = Promise.all(Array.from({ length: 9 }, () => all.reader.read(ID, stop.signal)));
      const ended = expect(reading).rejects.toMatchObject({ code: 'ABORTED' });
      await all.cloud.waitFor(
        (requests) =>
          requests.some(({ status, certificateId: id }) => status !== null || id !== null) ||
          all.cloud.inFlight > 0,
      );
      if (how === 'signal') stop.abort();
      else await all.reader.close();
      await ended;
      await expect(all.reader.read(ID, AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' });
    }
  });

  test('is final after the reader was closed', async () => {
    const { reader, read } = await scene();
    await read();
    await reader.close();
    await expect(read()).rejects.toMatchObject({ code: 'ABORTED' });
    await reader.close();
  });
});

test('secrets are in no failure, whatever the cloud sends back', async () => {
  const { cloud, read } = await scene();
  await read();
  const token = String(scmRequests(cloud)[0]?.headers['x-auth-token']);
  const echo = {
    error_code: `APIGW.0301 ${token}`,
    error_msg: `your token ${token}, cut ${token.slice(0, 100)}`,
    request_id: token,
  };
  for (const status of [400, 401, 403, 404, 429, 500]) {
    cloud.fail(
      { kind: 'reply', status, body: echo, headers: { 'X-Request-Id': token } },
      { on: 'scm', times: 3 },
    );
    const text = inspect(failureOf(await read()), { depth: 9 });
    expect(text).not.toContain(token.slice(0, 40));
    expect(text).toContain('***');
    cloud.heal();
  }
  const moved = { kind: 'redirect', status: 307, location: `http://h/?${token}` } as const;
  cloud.fail(moved, { on: 'scm' });
  expect(inspect(await read(), { depth: 9 })).not.toContain(token.slice(0, 40));
});

test('a redirect takes no secret to another server', async () => {
  const other = await startCloud();
  closing.push(() => other.close());
  const { cloud, reader, read } = await scene();
  for (const status of [301, 302, 303, 307, 308]) {
    for (const on of ['iam', 'scm'] as const) {
      cloud.heal();
      cloud.fail(
        { kind: 'redirect', status, location: `${other.origin}/v3/scm/certificates/${ID}` },
        { on, times: 'always' },
      );
      cloud.revokeTokens();
      reader.beginCheck();
      expect(outcomeOf(await read())).toMatch(/malformed|unauthorized/);
    }
  }
  expect(other.requests).toHaveLength(0);
});
