// The simulated IAM: passwords against tokens, tokens that end, accounts that lock.
import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type CloudRequest, iamError, json, type Reply } from './replies.ts';

export interface SimulatedUser {
  readonly domainName: string;
  readonly userName: string;
  readonly password: string;
}

export interface IamSettings {
  /** Length of a token in characters; the real ones have several thousand. */
  tokenLength: number;
  tokenLifetimeMs: number;
  /** Wrong passwords in a row after which the account is locked. */
  lockAfter: number;
  lockMs: number;
  lockStatus: 401 | 403;
}

export interface Iam {
  /** Answers `POST /v3/auth/tokens`. */
  answer(request: CloudRequest): Reply;
  /** A token made by hand, outside the count. */
  issueToken(lifetimeMs?: number): string;
  isValid(token: string): boolean;
  revokeTokens(): void;
  /** Changes the password of every user of that name, which kills all tokens. */
  changePassword(userName: string, password: string): void;
  readonly tokensIssued: number;
  readonly passwordsRefused: number;
}

const named = z.strictObject({ name: z.string().min(1) });
/** Exactly what the vendor documents: a stray or missing key is a mistake in the client. */
const TOKEN_REQUEST = z.strictObject({
  auth: z.strictObject({
    identity: z.strictObject({
      methods: z.tuple([z.literal('password')]),
      password: z.strictObject({
        user: z.strictObject({ name: z.string(), password: z.string(), domain: named }),
      }),
    }),
    scope: z.union([z.strictObject({ domain: named }), z.strictObject({ project: named })]),
  }),
});

type TokenRequest = z.infer<typeof TOKEN_REQUEST>;

/** An IAM whose users, settings and clock belong to the caller. */
export function createIam({
  users,
  settings,
  nowMs,
}: {
  readonly users: readonly SimulatedUser[];
  readonly settings: IamSettings;
  readonly nowMs: () => number;
}): Iam {
  const known = users.map((user) => ({ ...user, failures: 0, lockedUntilMs: 0 }));
  const endsAtMs = new Map<string, number>();
  let tokensIssued = 0;
  let passwordsRefused = 0;

  function issueToken(lifetimeMs = settings.tokenLifetimeMs): string {
    const head = `MIIEogYJKoZIhvcNAQcCoIIE${randomUUID().replaceAll('-', '')}`;
    const token = (head + randomBytes(settings.tokenLength).toString('base64url')).slice(
      0,
      settings.tokenLength,
    );
    endsAtMs.set(token, nowMs() + lifetimeMs);
    return token;
  }

  function refusePassword(user: { failures: number; lockedUntilMs: number } | undefined): Reply {
    passwordsRefused += 1;
    if (user !== undefined) {
      user.failures += 1;
      if (user.failures >= settings.lockAfter) user.lockedUntilMs = nowMs() + settings.lockMs;
    }
    return iamError(401, 'The username or password is wrong.');
  }

  return {
    answer(request) {
      const contentType = request.headers['content-type'];
      if (typeof contentType !== 'string' || !contentType.startsWith('application/json')) {
        return iamError(400, 'The Content-Type must be application/json.');
      }
      const asked = TOKEN_REQUEST.safeParse(parseJson(request.body));
      if (!asked.success) return iamError(400, 'The request body is invalid.');
      const { user, locked, right } = findUser(known, asked.data, nowMs());
      if (locked)
        return iamError(settings.lockStatus, 'The account has been locked. Try again in 15 minutes.');
      if (user === undefined || !right) return refusePassword(user);
      user.failures = 0;
      tokensIssued += 1;
      const token = issueToken();
      const body = tokenBody(user, { asked: asked.data, endsAtMs: endsAtMs.get(token) ?? 0, nowMs: nowMs() });
      return json(201, body, { 'X-Subject-Token': token });
    },
    issueToken,
    isValid: (token) => (endsAtMs.get(token) ?? 0) > nowMs(),
    revokeTokens: () => endsAtMs.clear(),
    changePassword(userName, password) {
      for (const user of known) if (user.userName === userName) Object.assign(user, { password });
      endsAtMs.clear();
    },
    get tokensIssued() {
      return tokensIssued;
    },
    get passwordsRefused() {
      return passwordsRefused;
    },
  };
}

function findUser<U extends SimulatedUser & { lockedUntilMs: number }>(
  users: readonly U[],
  { auth }: TokenRequest,
  nowMs: number,
): { user: U | undefined; locked: boolean; right: boolean } {
  const asked = auth.identity.password.user;
  const user = users.find((u) => u.userName === asked.name && u.domainName === asked.domain.name);
  const scopeIsOwn = 'project' in auth.scope || auth.scope.domain.name === asked.domain.name;
  return {
    user,
    locked: user !== undefined && user.lockedUntilMs > nowMs,
    right: user !== undefined && user.password === asked.password && scopeIsOwn,
  };
}

function tokenBody(
  user: SimulatedUser,
  { asked, endsAtMs, nowMs }: { asked: TokenRequest; endsAtMs: number; nowMs: number },
): unknown {
  return {
    token: {
      expires_at: sixDigits(endsAtMs),
      methods: ['password'],
      ...asked.auth.scope,
      roles: [{ name: 'readonly', id: '0' }],
      issued_at: sixDigits(nowMs),
      user: { domain: { name: user.domainName }, name: user.userName, password_expires_at: '' },
    },
  };
}

/** `2020-01-04T09:08:49.965000Z`. */
function sixDigits(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
