// How requests of one account are authorized: by a token of IAM, by a token made elsewhere, or by a signature.
import type { AccountConfig, CredentialsConfig, ReadSecret } from '../config/config.ts';
import type { Clock } from '../shared/time.ts';
import type { ReaderObserver } from './account.ts';
import { createToken, type PasswordConfig } from './iam.ts';
import { createRenewable, type Held, type Made, type NotMade, type Renewable } from './renewable.ts';
import { secretOf } from './secret.ts';
import { type AccessKey, type RequestToSign, sign } from './signature.ts';
import { isPrintableAscii } from './text.ts';
import { createTransport, type Transport } from './transport.ts';

/** What authorizes requests, for as long as it is held. */
export interface Authorization {
  /** All headers of one request; a signature is of this moment. */
  readonly headersFor: (request: RequestToSign) => Readonly<Record<string, string>>;
  /** What must not come back in a message. */
  readonly secrets: readonly string[];
}

export interface Credentials {
  beginCheck(): void;
  /** May have to ask IAM first. Rejects only with ABORTED. */
  authorize(signal: AbortSignal): Promise<Held<Authorization> | NotMade>;
  /** The cloud took these. */
  accepted(generation: number): void;
  /** The cloud answered 401. Resolves to whether one more attempt can help. */
  refused(generation: number, signal: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

export interface CredentialsOptions {
  readonly account: AccountConfig;
  readonly readSecret: ReadSecret;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: ReaderObserver;
}

export function createCredentials(options: CredentialsOptions): Credentials {
  const { credentials } = options.account;
  switch (credentials.type) {
    case 'password':
      return byPassword(options, credentials);
    case 'token':
      return byToken(options, credentials);
    case 'access-key':
      return byAccessKey(options, credentials);
  }
}

function byPassword(options: CredentialsOptions, credentials: PasswordConfig): Credentials {
  const { iamEndpoint: endpoint } = credentials;
  const { name, caFile, timeoutMs } = options.account;
  const transport = createTransport({ endpoint, caFile, timeoutMs, connections: 1 });
  const make = async (signal: AbortSignal): Promise<Made<Authorization>> => {
    const made = await createToken({ ...options, account: name, credentials, transport }, signal);
    return made.ok ? { ...made, value: withToken(made.value) } : made;
  };
  return ofAccount(createRenewable({ make, keptBetweenChecks: true, clock: options.clock }), transport);
}

type TokenConfig = Extract<CredentialsConfig, { type: 'token' }>;

function byToken(options: CredentialsOptions, { token }: TokenConfig): Credentials {
  const make = async (): Promise<Made<Authorization>> => {
    const secret = await secretOf(() => options.readSecret(token));
    if (!secret.ok) return secret;
    if (!isPrintableAscii(secret.value)) return unusable('the token');
    return { ok: true, value: withToken(secret.value), text: secret.value, lifetimeMs: null };
  };
  return ofAccount(createRenewable({ make, keptBetweenChecks: false, clock: options.clock }), null);
}

type AccessKeyConfig = Extract<CredentialsConfig, { type: 'access-key' }>;

function byAccessKey(options: CredentialsOptions, credentials: AccessKeyConfig): Credentials {
  const { readSecret, clock } = options;
  const make = async (): Promise<Made<Authorization>> => {
    const read = await readAccessKey(readSecret, credentials);
    if (!read.ok) return read;
    const { key } = read;
    const headersFor: Authorization['headersFor'] = (request) => ({
      ...FIXED_HEADERS,
      ...sign(request, key, clock.wallMs()),
    });
    const secrets = [key.accessKey, key.secretKey, key.securityToken ?? ''];
    return { ok: true, value: { headersFor, secrets }, text: secrets.join(' '), lifetimeMs: null };
  };
  return ofAccount(createRenewable({ make, keptBetweenChecks: false, clock }), null);
}

type KeyRead = { readonly ok: true; readonly key: AccessKey } | NotMade;

async function readAccessKey(readSecret: ReadSecret, refs: AccessKeyConfig): Promise<KeyRead> {
  const accessKey = await secretOf(() => readSecret(refs.accessKey));
  if (!accessKey.ok) return accessKey;
  const secretKey = await secretOf(() => readSecret(refs.secretKey));
  if (!secretKey.ok) return secretKey;
  const ref = refs.securityToken;
  const securityToken = ref === null ? null : await secretOf(() => readSecret(ref));
  if (securityToken?.ok === false) return securityToken;
  if (!isPrintableAscii(accessKey.value)) return unusable('the access key');
  if (!isPrintableAscii(secretKey.value)) return unusable('the secret key');
  const session = securityToken?.value ?? null;
  if (session !== null && !isPrintableAscii(session)) return unusable('the security token');
  return {
    ok: true,
    key: { accessKey: accessKey.value, secretKey: secretKey.value, securityToken: session },
  };
}

const FIXED_HEADERS = {
  'Content-Type': 'application/json',
  'X-Language': 'en-us',
  'User-Agent': 'ccm-cert-monitor',
};

function withToken(token: string): Authorization {
  const headers = { ...FIXED_HEADERS, 'X-Auth-Token': token };
  return { headersFor: () => headers, secrets: [token] };
}

function unusable(what: string): NotMade {
  const explanation = `${what} is empty or has characters that are not printable ASCII: check where it is stored`;
  return { ok: false, reason: 'unauthorized', explanation, requestId: null };
}

function ofAccount(held: Renewable<Authorization>, transport: Transport | null): Credentials {
  return {
    beginCheck() {
      transport?.refresh();
      held.beginCheck();
    },
    authorize: held.get,
    accepted: held.accepted,
    refused: held.refused,
    async close() {
      held.close();
      await transport?.close();
    },
  };
}
