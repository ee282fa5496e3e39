// Signing in: who may, what a stranger learns (nothing), and what guessing costs everybody else (nothing).
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Attempt, createBasicAuth, parseBasic } from '../../src/web/basic-auth.ts';
import { basic, getSecurely, hashed, inClear, overTls } from './secured.ts';
import { type Serving, serve } from './serving.ts';

const servings: Serving[] = [];

afterEach(async () => {
  await Promise.all(servings.splice(0).map(({ server }) => server.close()));
});

const USERS = { alice: hashed('open sesame'), bob: hashed('päss:wörd') };

async function guarded(users: Readonly<Record<string, string>> = USERS): Promise<Serving> {
  const serving = await serve();
  serving.server.use(inClear({ users }));
  servings.push(serving);
  return serving;
}

describe('with basic_auth_users', () => {
  test.each(['/', '/metrics', '/healthz', '/readyz', '/api/v1/certificates', '/calendar.ics', '/nowhere'])(
    'nobody sees %s without signing in',
    async (path) => {
      const { get } = await guarded();
      const { status, headers, text } = await get(path);
      expect([status, text]).toEqual([401, 'Sign in with a user name and a password\n']);
      expect(headers['www-authenticate']).toBe('Basic realm="Certificate monitor", charset="UTF-8"');
      expect(headers['x-content-type-options']).toBe('nosniff');
    },
  );

  test('those who know their password get in, each with their own', async () => {
    const { get } = await guarded();
    const status = async (user: string, password: string) =>
      (await get('/metrics', { headers: basic(user, password) })).status;
    expect(await status('alice', 'open sesame')).toBe(200);
    expect(await status('alice', 'open sesame')).toBe(200);
    expect(await status('bob', 'päss:wörd')).toBe(200);
    expect(await status('bob', 'open sesame')).toBe(401);
    expect(await status('mallory', 'open sesame')).toBe(401);
    expect(await status('alice', '')).toBe(401);
  });

  test('a user who is taken out, or has another password, is out with the next request', async () => {
    const { get, server } = await guarded();
    const headers = basic('alice', 'open sesame');
    expect((await get('/', { headers })).status).toBe(200);
    server.use(inClear({ users: { bob: USERS.bob } }));
    expect((await get('/', { headers })).status).toBe(401);
    server.use(inClear({ users: { alice: hashed('another') } }));
    expect((await get('/', { headers })).status).toBe(401);
    server.use(inClear({ users: USERS }));
    expect((await get('/', { headers })).status).toBe(200);
  });

  test('it holds over TLS as well', async () => {
    const serving = await serve();
    servings.push(serving);
    serving.server.use(overTls({ users: USERS }));
    expect((await getSecurely(serving.port)).status).toBe(401);
    const { status } = await getSecurely(serving.port, { headers: basic('alice', 'open sesame') });
    expect(status).toBe(200);
  });

  test('a password that cannot be checked lets nobody in, and is logged without it', async () => {
    const { get, logged } = await guarded();
    const { CCM_BCRYPT_THREAD: built } = process.env;
    delete process.env['CCM_BCRYPT_THREAD'];
    try {
      const { status, headers } = await get('/', { headers: basic('alice', 'open sesame') });
      expect([status, headers['retry-after']]).toEqual([503, '5']);
    } finally {
      if (built !== undefined) process.env['CCM_BCRYPT_THREAD'] = built;
    }
    expect(logged).toMatchObject([{ message: 'Cannot check a password' }]);
    expect(JSON.stringify(logged)).not.toContain('sesame');
  });

  test('guessing does not keep out who is known, nor hold up anything else', async () => {
    const costly = hashed('x').replace('$04$', '$12$');
    const { get } = await guarded({ ...USERS, costly });
    const known = basic('alice', 'open sesame');
    expect((await get('/metrics', { headers: known })).status).toBe(200);
    const guesses = Array.from({ length: 12 }, (_, index) =>
      get('/', { headers: basic('costly', `guess ${index}`) }).catch(() => null),
    );
    const first = await Promise.race(guesses);
    expect(first?.status).toBe(503);
    const startedMs = performance.now();
    expect((await get('/metrics', { headers: known })).status).toBe(200);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});

describe('what is compared', () => {
  function counting(answer: (password: string, hash: string) => boolean | Promise<boolean>) {
    const asked: string[] = [];
    const { signIn } = createBasicAuth({
      compare: async (password, hash) => {
        asked.push(hash);
        return answer(password, hash);
      },
    });
    const users = new Map([
      ['alice', 'hash of alice'],
      ['bob', 'hash of bob'],
    ]);
    const attempt = (user: string, password: string, over: Partial<Attempt> = {}) =>
      signIn({ users, client: '::1', ...basic(user, password), ...over });
    return { asked, attempt };
  }

  test('is a known password once, and a wrong one once', async () => {
    const { asked, attempt } = counting((password) => password === 'right');
    expect(await attempt('alice', 'right')).toBe('known');
    expect(await attempt('alice', 'right')).toBe('known');
    expect(await attempt('alice', 'wrong')).toBe('unknown');
    expect(await attempt('alice', 'wrong')).toBe('unknown');
    expect(asked).toHaveLength(2);
  });

  test('is one question, where many ask the same at once', async () => {
    const { asked, attempt } = counting(() => true);
    const answers = await Promise.all(Array.from({ length: 50 }, () => attempt('alice', 'right')));
    expect(new Set(answers)).toEqual(new Set(['known']));
    expect(asked).toHaveLength(1);
  });

  test("is somebody's hash for a user who does not exist, always the same, and never lets in", async () => {
    const { asked, attempt } = counting(() => true);
    expect(await attempt('mallory', 'one')).toBe('unknown');
    expect(await attempt('mallory', 'two')).toBe('unknown');
    expect(asked[0]).toMatch(/^hash of (alice|bob)$/);
    expect(asked[1]).toBe(asked[0]);
  });

  test('is no longer what it was where a hash has changed: it is asked again', async () => {
    const { attempt } = counting((password) => password === 'b:c');
    expect(await attempt('alice', 'b:c')).toBe('known');
    expect(await attempt('alice', 'c')).toBe('unknown');
    const users = new Map([['alice', 'another hash']]);
    const { attempt: other, asked } = counting(() => false);
    expect(await other('alice', 'b:c', { users })).toBe('unknown');
    expect(asked).toEqual(['another hash']);
  });

  test('is nothing twice too many: what is known stays known while a thousand guess', async () => {
    const { asked, attempt } = counting((password) => password === 'right');
    expect(await attempt('alice', 'right')).toBe('known');
    for (let guess = 0; guess < 1_000; guess += 1) await attempt('alice', `guess ${guess}`);
    expect(await attempt('alice', 'right')).toBe('known');
    expect(asked).toHaveLength(1_001);
    await attempt('alice', 'guess 0');
    expect(asked).toHaveLength(1_002);
  });

  test('is nothing for one who comes when too many wait, and that is not remembered', async () => {
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const { attempt } = counting(() => gate.then(() => true));
    const first = Array.from({ length: 5 }, (_, index) => attempt('alice', `${index}`));
    expect(await attempt('alice', 'right')).toBe('busy');
    goOn();
    expect(await Promise.all(first)).toEqual(Array.from({ length: 5 }, () => 'known'));
    expect(await attempt('alice', 'right')).toBe('known');
  });
});

describe('the Authorization header', () => {
  const b64 = (text: string) => Buffer.from(text).toString('base64');

  test.each<[string, string | undefined, { user: string; password: string } | null]>([
    ['is read', `Basic ${b64('a:b')}`, { user: 'a', password: 'b' }],
    ['is read whatever its case', `bAsIc  ${b64('a:b')}`, { user: 'a', password: 'b' }],
    ['has a password that may hold colons', `Basic ${b64('a:b:c')}`, { user: 'a', password: 'b:c' }],
    ['has UTF-8', `Basic ${b64('ä:\u{1f511}')}`, { user: 'ä', password: '\u{1f511}' }],
    ['has an empty name and password', `Basic ${b64(':')}`, { user: '', password: '' }],
    ['is missing', undefined, null],
    ['is empty', '', null],
    ['is another scheme', 'Bearer abc', null],
    ['has no colon', `Basic ${b64('ab')}`, null],
    ['is not base64', 'Basic a:b', null],
    ['has something after it', `Basic ${b64('a:b')} x`, null],
    ['is not UTF-8', `Basic ${Buffer.from([0x61, 0x3a, 0xff]).toString('base64')}`, null],
  ])('%s', (_, header, expected) => {
    expect(parseBasic(header)).toEqual(expected);
  });
});
