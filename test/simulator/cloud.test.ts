// Whether the simulated cloud is faithful: what it shows, whom it lets in, how it refuses.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  checking,
  expired,
  issued,
  PLANTED_PERSONAL_VALUES,
  paid,
  reissue,
  revocation,
  revoked,
  revoking,
  unpassed,
  uploaded,
} from './certificates.ts';
import { type Cloud, DEFAULT_USER, startCloud } from './cloud.ts';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const HOUR_MS = 3_600_000;

let cloud: Cloud;
let nowMs: number;

beforeEach(async () => {
  nowMs = NOW_MS;
  cloud = await startCloud({ nowMs: () => nowMs });
});
afterEach(() => cloud.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of every shape are looked into
  readonly body: any;
}

async function get(path: string, token: string | null = cloud.iam.issueToken()): Promise<Answer> {
  const response = await fetch(cloud.origin + path, {
    headers: token === null ? {} : { 'X-Auth-Token': token },
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

function tokenRequest(over: { password?: string; scope?: unknown; extra?: object } = {}): unknown {
  const { domainName, userName } = DEFAULT_USER;
  const user = {
    name: userName,
    password: over.password ?? DEFAULT_USER.password,
    domain: { name: domainName },
  };
  const scope = over.scope ?? { domain: { name: domainName } };
  return { auth: { identity: { methods: ['password'], password: { user } }, scope, ...over.extra } };
}

async function askToken(
  body: unknown = tokenRequest(),
  contentType = 'application/json;charset=utf8',
): Promise<Answer> {
  const response = await fetch(`${cloud.origin}/v3/auth/tokens?nocatalog=true`, {
    method: 'POST',
    headers: { 'Content-Type': contentType },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

describe('showing a certificate', () => {
  test('an issued certificate has all 26 fields and times in the offset of the account', async () => {
    const { id } = cloud.put(issued({ nowMs, daysLeft: 10 }));
    const { status, headers, body } = await get(`/v3/scm/certificates/${id}`);
    expect(status).toBe(200);
    expect(Object.keys(body)).toHaveLength(26);
    expect(body).toMatchObject({ id, status: 'ISSUED', not_after: '2026-12-03 20:00:00.0' });
    expect(id).toMatch(/^scs\d{13}$/);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(headers.get('date')).toBe('Mon, 23 Nov 2026 12:00:00 GMT');
  });

  test('the offset can be changed while it runs', async () => {
    const { id } = cloud.put(issued({ nowMs, daysLeft: 10 }));
    cloud.settings.utcOffsetMinutes = 0;
    expect((await get(`/v3/scm/certificates/${id}`)).body.not_after).toBe('2026-12-03 12:00:00.0');
  });

  test('every certificate carries planted personal values', async () => {
    const { id } = cloud.put(issued({ nowMs }));
    const text = JSON.stringify((await get(`/v3/scm/certificates/${id}`)).body);
    for (const value of PLANTED_PERSONAL_VALUES) expect(text).toContain(value);
  });

  test.each([
    ['uploaded', uploaded({ nowMs: NOW_MS }), 'UPLOAD', true],
    ['expired', expired({ nowMs: NOW_MS }), 'EXPIRED', true],
    ['revoked', revoked({ nowMs: NOW_MS }), 'REVOKED', true],
    ['revoking', revoking({ nowMs: NOW_MS }), 'REVOKING', true],
    ['unpassed', unpassed(), 'UNPASSED', false],
    ['paid', paid(), 'PAID', false],
    ['checking', checking(), 'CHECKING_DOMAIN', false],
  ])(
    'a certificate that is %s has its status, and dates only where it was issued',
    async (_name, draft, status, dated) => {
      const { id } = cloud.put(draft);
      const { body } = await get(`/v3/scm/certificates/${id}`);
      expect(body.status).toBe(status);
      expect(body.not_after !== null).toBe(dated);
      expect(body.fingerprint !== null).toBe(dated);
    },
  );

  test('a re-issue changes dates and fingerprint under the same id, a revocation its status', async () => {
    const { id, fingerprint } = cloud.put(issued({ nowMs, daysLeft: 3 }));
    cloud.update(id, reissue({ nowMs, daysLeft: 365 }));
    const renewed = (await get(`/v3/scm/certificates/${id}`)).body;
    expect(renewed.not_after).toBe('2027-11-23 20:00:00.0');
    expect(renewed.fingerprint).not.toBe(fingerprint);
    cloud.update(id, revocation());
    expect((await get(`/v3/scm/certificates/${id}`)).body).toMatchObject({ status: 'REVOKED' });
  });

  test('fields given by hand go out as they stand, right or wrong', async () => {
    const { id } = cloud.put(issued({ fields: { not_after: 'soon', domain_count: 'two', sans: null } }));
    expect((await get(`/v3/scm/certificates/${id}`)).body).toMatchObject({
      not_after: 'soon',
      domain_count: 'two',
      sans: null,
    });
  });

  test.each([
    ['404', 404, 'SCM.0011'],
    ['SCM.0003', 400, 'SCM.0003'],
    ['SCM.0008', 400, 'SCM.0008'],
    ['SCM.0020', 400, 'SCM.0020'],
  ] as const)('an unknown id is refused as the setting %s says', async (unknownId, status, code) => {
    cloud.settings.unknownId = unknownId;
    const { id } = cloud.put(issued());
    cloud.remove(id);
    const answer = await get(`/v3/scm/certificates/${id}`);
    expect([answer.status, answer.body.error_code]).toEqual([status, code]);
  });

  test.each(['/v3/scm/certificate/x', '/', '/v2/scm/certificates', '/v3/scm/certificates/a/b'])(
    'the gateway does not know %s',
    async (path) => {
      const { status, body } = await get(path);
      expect([status, body.error_code]).toEqual([404, 'APIGW.0101']);
    },
  );

  test('an id that cannot be decoded is just unknown, and updating one that is not there is a mistake of the test', async () => {
    expect((await get('/v3/scm/certificates/%E0%A4%A')).status).toBe(404);
    expect(() => cloud.update('scs0', {})).toThrow(
      'Cannot update certificate scs0: the simulated cloud has no such certificate',
    );
  });
});

describe('tokens', () => {
  test('the right password buys a long token whose end is written with six digits', async () => {
    const { status, headers, body } = await askToken();
    const token = headers.get('x-subject-token') ?? '';
    expect(status).toBe(201);
    expect(token).toHaveLength(4_096);
    expect(body.token.expires_at).toBe('2026-11-24T12:00:00.000000Z');
    expect(cloud.iam.tokensIssued).toBe(1);
    const { id } = cloud.put(issued());
    expect((await get(`/v3/scm/certificates/${id}`, token)).status).toBe(200);
  });

  test('a project scope is as good, and every token is another', async () => {
    const one = (await askToken(tokenRequest({ scope: { project: { name: 'cn-north-4' } } }))).headers.get(
      'x-subject-token',
    );
    const two = (await askToken()).headers.get('x-subject-token');
    expect(one).not.toBeNull();
    expect(one).not.toBe(two);
  });

  test.each([
    ['a stray key', tokenRequest({ extra: { stray: 1 } }), 'application/json'],
    ['no JSON', '{', 'application/json'],
    ['another content type', tokenRequest(), 'text/plain'],
    [
      'both scopes',
      tokenRequest({ scope: { domain: { name: 'acme' }, project: { name: 'p' } } }),
      'application/json',
    ],
  ])('a request with %s is a bad request', async (_what, body, contentType) => {
    const { status, body: answer } = await askToken(body, contentType);
    expect([status, answer.error.title]).toEqual([400, 'Bad Request']);
  });

  test('a wrong password is refused, the fifth locks the account, and the lock ends', async () => {
    for (let n = 0; n < 5; n += 1) {
      const { status, body } = await askToken(tokenRequest({ password: 'wrong' }));
      expect([status, body.error.message]).toEqual([401, 'The username or password is wrong.']);
    }
    cloud.settings.lockStatus = 403;
    expect((await askToken()).status).toBe(403);
    nowMs += 15 * 60_000;
    expect((await askToken()).status).toBe(201);
    expect(cloud.iam.passwordsRefused).toBe(5);
  });

  test('a scope of somebody else and an unknown user are refused', async () => {
    expect((await askToken(tokenRequest({ scope: { domain: { name: 'other' } } }))).status).toBe(401);
    const stranger = { name: 'x', password: 'x', domain: { name: 'x' } };
    const body = {
      auth: {
        identity: { methods: ['password'], password: { user: stranger } },
        scope: { domain: { name: 'x' } },
      },
    };
    expect((await askToken(body)).status).toBe(401);
  });

  test.each([
    [
      'expired',
      () => {
        nowMs += 25 * HOUR_MS;
      },
    ],
    ['revoked', (): void => cloud.revokeTokens()],
    ['outlived by a change of password', (): void => cloud.iam.changePassword(DEFAULT_USER.userName, 'new')],
  ])('a token that is %s must be updated', async (_what, end) => {
    const token = (await askToken()).headers.get('x-subject-token');
    end();
    const { status, body, headers } = await get('/v3/scm/certificates/scs1590053258704', token);
    expect([status, body.error_code, body.error_msg]).toEqual([
      401,
      'APIGW.0307',
      'The token must be updated',
    ]);
    expect(body.request_id).toBe(headers.get('x-request-id'));
  });

  test('no token at all is another refusal', async () => {
    const { status, body } = await get('/v3/scm/certificates/scs1590053258704', null);
    expect([status, body.error_code]).toEqual([401, 'APIGW.0301']);
  });
});

describe('throttling', () => {
  test('requests beyond the limit of a second get 429, with Retry-After where set', async () => {
    cloud.settings.throttle = { requestsPerSecond: 2, retryAfterSeconds: 3 };
    const { id } = cloud.put(issued());
    const answers = await Promise.all([1, 2, 3, 4].map(() => get(`/v3/scm/certificates/${id}`)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(2);
    expect(refused[0]?.body).toMatchObject({
      error_code: 'APIGW.0308',
      error_msg: expect.stringContaining('limit:2,time:1 second'),
    });
    expect(refused[0]?.headers.get('retry-after')).toBe('3');
  });

  test('without Retry-After the header is absent', async () => {
    cloud.settings.throttle = { requestsPerSecond: 0 };
    const { status, headers } = await get('/v3/scm/certificates/scs1590053258704');
    expect([status, headers.get('retry-after')]).toEqual([429, null]);
  });
});

describe('the log', () => {
  test('notes method, path, credentials, port and status of every request', async () => {
    const { id } = cloud.put(issued());
    const second = await cloud.listenAgain();
    await get(`/v3/scm/certificates/${id}`);
    await fetch(`${second}/v3/scm/certificates/${id}`, { headers: { Authorization: 'Basic x' } }).then((r) =>
      r.text(),
    );
    await cloud.waitFor((all) => all.every(({ status }) => status !== null));
    expect(cloud.requests).toMatchObject([
      { method: 'GET', certificateId: id, auth: 'token', status: 200, atMs: NOW_MS, port: cloud.port },
      { auth: 'signature', status: 401, port: Number(new URL(second).port) },
    ]);
    expect([cloud.inFlight, cloud.maxInFlight]).toEqual([0, 1]);
  });

  test('waiting for what does not come says what was there', async () => {
    await get('/v3/scm/certificates/x');
    await expect(cloud.waitFor((all) => all.length > 1, { timeoutMs: 5 })).rejects.toThrow(
      'Cannot wait any longer: after 5 ms there is only 1 requests, the last GET /v3/scm/certificates/x',
    );
  });
});
