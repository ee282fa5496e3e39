// CreateToken: a user's name and password against a token of IAM, with its lifetime.
import * as z from 'zod';
import type { CredentialsConfig, ReadSecret } from '../config/config.ts';
import { type Clock, SECOND_MS } from '../shared/time.ts';
import { sleep } from '../shared/waits.ts';
import type { ReaderObserver } from './account.ts';
import { type Answer, parseJson, refusalOf, requestIdOf } from './answer.ts';
import type { Made, NotMade } from './renewable.ts';
import { backoffMs, isPassing, LONGEST_WAIT_MS, retryAfterMs, serverTimeMs } from './retry.ts';
import { secretOf } from './secret.ts';
import { isPrintableAscii } from './text.ts';
import { parseApiTime } from './times.ts';
import type { Delivered, Transport } from './transport.ts';

export type PasswordConfig = Extract<CredentialsConfig, { type: 'password' }>;

export interface TokenOptions {
  readonly credentials: PasswordConfig;
  readonly transport: Transport;
  readonly readSecret: ReadSecret;
  readonly clock: Clock;
  readonly random: () => number;
  readonly account: string;
  readonly observer: ReaderObserver;
}

const ATTEMPTS = 4;
/** Where IAM does not say: shorter than any that it gives. */
const LIFETIME_UNKNOWN_MS = 60 * 60_000;
/** Where, by what IAM says, the token has ended before it came: its clocks are wrong, and it is still the best there is. */
const LIFETIME_LEAST_MS = 60_000;

const CREATED = z.object({ token: z.object({ expires_at: z.unknown().optional() }) });

/**
 * Asks for a token, again after what passes by itself (network, 429, 5xx). A refusal (4xx) is final: repeated wrong
 * passwords lock the user for 15 minutes.
 */
export async function createToken(options: TokenOptions, signal: AbortSignal): Promise<Made<string>> {
  for (let attempt = 1; ; attempt += 1) {
    const tried = await attemptOnce(options, signal);
    if (tried.made.ok || attempt === ATTEMPTS || !isPassing(tried.made.reason)) return tried.made;
    if (tried.waitMs > LONGEST_WAIT_MS) return tried.made;
    await sleep(Math.max(tried.waitMs, backoffMs(attempt, options.random)), signal);
  }
}

interface Tried {
  readonly made: Made<string>;
  /** What IAM asks for before the next attempt. */
  readonly waitMs: number;
}

async function attemptOnce(options: TokenOptions, signal: AbortSignal): Promise<Tried> {
  const { account, credentials, transport, clock, observer } = options;
  const password = await secretOf(() => options.readSecret(credentials.password));
  if (!password.ok) return { made: password, waitMs: 0 };
  const startedMs = clock.monotonicMs();
  const delivered = await transport.send(
    {
      method: 'POST',
      path: '/v3/auth/tokens?nocatalog=true',
      headers: { 'Content-Type': 'application/json;charset=utf8', 'User-Agent': 'ccm-cert-monitor' },
      body: JSON.stringify(bodyOf(credentials, password.value)),
    },
    signal,
  );
  const made = madeOf({ delivered, password: password.value, options });
  const seconds = (clock.monotonicMs() - startedMs) / SECOND_MS;
  observer.request({ account, operation: 'CreateToken', outcome: made.ok ? 'ok' : made.reason, seconds });
  return { made, waitMs: delivered.ok ? (retryAfterMs(delivered.answer, clock.wallMs()) ?? 0) : 0 };
}

function bodyOf({ domainName, userName, scope }: PasswordConfig, password: string): object {
  const domain = { name: domainName };
  return {
    auth: {
      identity: { methods: ['password'], password: { user: { name: userName, password, domain } } },
      scope: scope === 'domain' ? { domain } : { project: { name: scope.project } },
    },
  };
}

function madeOf(of: { delivered: Delivered; password: string; options: TokenOptions }): Made<string> {
  const { delivered, password, options } = of;
  const failed = (why: Omit<NotMade, 'ok'>): NotMade => ({
    ...why,
    ok: false,
    explanation: `no token from ${options.credentials.iamEndpoint}: ${why.explanation}`,
  });
  if (!delivered.ok) return failed({ ...delivered, requestId: null });
  const { answer } = delivered;
  if (answer.status !== 201 && answer.status !== 200) {
    return failed(refusalOf(answer, { asked: 'token', secrets: [password] }));
  }
  const token = answer.headers.subjectToken ?? '';
  if (isPrintableAscii(token))
    return { ok: true, value: token, text: token, lifetimeMs: lifetimeOf(answer, options.clock) };
  const explanation = `the API answered ${answer.status} without a usable X-Subject-Token: check iamEndpoint`;
  return failed({ reason: 'malformed', explanation, requestId: requestIdOf(answer) });
}

/** By the server's own clock, so that ours may be wrong. */
function lifetimeOf(answer: Answer, clock: Clock): number {
  const json = parseJson(answer.body);
  const created = CREATED.safeParse(json.ok ? json.value : null);
  const endMs = created.success ? parseApiTime(created.data.token.expires_at, 0) : null;
  if (endMs === null) return LIFETIME_UNKNOWN_MS;
  const lifetimeMs = endMs - (serverTimeMs(answer) ?? clock.wallMs());
  return lifetimeMs > 0 ? lifetimeMs : LIFETIME_LEAST_MS;
}
