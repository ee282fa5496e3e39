// A reader on a simulated cloud, with an observer that remembers, as the tests of this folder need it.
import type { ReadFailure, Reading } from '../../../src/certificates/reading.ts';
import type { AccountConfig, CredentialsConfig, ReadSecret, SecretRef } from '../../../src/config/config.ts';
import type { AccountReader, ReaderObserver } from '../../../src/huawei/account.ts';
import { createAccountReader } from '../../../src/huawei/reader.ts';
import { MonitorError } from '../../../src/shared/errors.ts';
import { type Clock, systemClock } from '../../../src/shared/time.ts';

export const ID = 'scs1590053258704';
export const PASSWORD = 'correct horse';

export interface Observed extends ReaderObserver {
  readonly requests: Parameters<ReaderObserver['request']>[0][];
  readonly skews: number[];
  /** `ShowCertificate ok`, …, in order. */
  readonly outcomes: string[];
}

export function createObserver(): Observed {
  const requests: Observed['requests'] = [];
  const skews: number[] = [];
  return {
    requests,
    skews,
    get outcomes() {
      return requests.map(({ operation, outcome }) => `${operation} ${outcome}`);
    },
    request: (o) => requests.push(o),
    clockSkew: ({ seconds }) => skews.push(seconds),
  };
}

export function passwordOf(iamEndpoint: string): CredentialsConfig {
  return {
    type: 'password',
    iamEndpoint,
    domainName: 'acme',
    userName: 'cert-monitor',
    password: { env: 'PASSWORD' },
    scope: 'domain',
  };
}

export const TOKEN: CredentialsConfig = { type: 'token', token: { env: 'TOKEN' } };
export const ACCESS_KEY: CredentialsConfig = {
  type: 'access-key',
  accessKey: { env: 'AK' },
  secretKey: { env: 'SK' },
  securityToken: null,
};

/** Secrets by variable name, which a test may change; one that is not there cannot be read. */
export function secretsFrom(values: Record<string, string>): ReadSecret {
  return async (ref: SecretRef) => {
    const name = 'env' in ref ? ref.env : ref.file;
    const value = values[name];
    if (value === undefined) throw new MonitorError('SECRET', `Cannot read secret: ${name} is not set`);
    return value;
  };
}

export interface ReaderSetting {
  readonly endpoint: string;
  readonly account?: Partial<AccountConfig>;
  readonly secrets?: Record<string, string>;
  readonly clock?: Clock;
  readonly observer?: ReaderObserver;
  /** 0 unless told: no backoff, so that tests do not wait. */
  readonly random?: () => number;
}

export function accountOn(endpoint: string, settings: Partial<AccountConfig> = {}): AccountConfig {
  return {
    name: 'default',
    endpoint,
    utcOffsetMinutes: 480,
    credentials: passwordOf(endpoint),
    requestsPerSecond: 10_000,
    concurrency: 4,
    timeoutMs: 5_000,
    caFile: null,
    discover: null,
    listEveryMs: 3_600_000,
    successors: [],
    ...settings,
  };
}

export function readerOn(setting: ReaderSetting): AccountReader {
  const { endpoint, account, secrets = { PASSWORD }, clock = systemClock } = setting;
  const reader = createAccountReader({
    account: accountOn(endpoint, account),
    readSecret: secretsFrom(secrets),
    clock,
    observer: setting.observer ?? createObserver(),
    random: setting.random ?? (() => 0),
  });
  reader.beginCheck();
  return reader;
}

/** The failure of a reading that must be one. */
export function failureOf(reading: Reading): ReadFailure {
  if (reading.ok) throw new Error(`Cannot look at the failure: ${reading.certificate.id} was read`);
  return reading.failure;
}

/** `ok`, or the reason of the failure. */
export function outcomeOf(reading: Reading): string {
  return reading.ok ? 'ok' : reading.failure.reason;
}
