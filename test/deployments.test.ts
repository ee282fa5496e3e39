// What is kept of where certificates are deployed: asked seldom and little, said no longer than it can be true.
import { describe, expect, test } from '@jest/globals';
import type { CertificateKey } from '../src/certificates/certificate.ts';
import type { DeployedService, DeploymentReading } from '../src/certificates/deployment.ts';
import { KINDS } from '../src/certificates/finding.ts';
import { createDeployments, isAskedFor, tellingWhere } from '../src/deployments.ts';
import type { AccountReader } from '../src/huawei/account.ts';
import { DAY_MS, HOUR_MS } from '../src/shared/time.ts';
import { aborted } from '../src/shared/waits.ts';
import { configured as configuredAs } from './support/factories.ts';
import { notice } from './support/notices.ts';

const CDN: DeployedService = { service: 'CDN', count: 2, regions: [] };
const { signal } = new AbortController();
const keysOf = (count: number, account = 'a'): readonly CertificateKey[] =>
  Array.from({ length: count }, (_, n) => ({ account, id: `${account}-${n}` }));
const [KEY = { account: 'a', id: 'a-0' }] = keysOf(1);

type Answer = (ids: readonly string[]) => ReadonlyMap<string, DeploymentReading> | Promise<never>;

const there: Answer = (ids) => new Map(ids.map((id) => [id, { ok: true, services: [CDN] }]));
const refused: Answer = (ids) =>
  new Map(
    ids.map((id) => [
      id,
      { ok: false, failure: { reason: 'forbidden', message: 'No right', requestId: null } },
    ]),
  );

function scene() {
  const asked: string[][] = [];
  const troubles: string[] = [];
  const now = { ms: 0, answer: there };
  const deployments: AccountReader['deployments'] = async (ids) => {
    asked.push([...ids]);
    return now.answer(ids);
  };
  const never = () => Promise.reject(new Error('not asked for'));
  const lane = (account: string) => ({
    concurrency: 1,
    reader: { account, beginCheck: () => {}, read: never, list: never, deployments, close: async () => {} },
  });
  const lanes = new Map(['a', 'b'].map((account) => [account, lane(account)]));
  const made = createDeployments({
    lanes: () => lanes,
    clock: { wallMs: () => now.ms, monotonicMs: () => now.ms },
    onTrouble: ({ account, message }) => troubles.push(`${account}: ${message}`),
  });
  return { ...made, asked, troubles, now };
}

describe('where certificates are deployed', () => {
  test('is asked once an hour, of each account by itself', async () => {
    const { refresh, of, asked, now } = scene();
    expect(of(KEY)).toBeNull();
    await refresh([KEY, ...keysOf(1, 'b'), KEY], signal);
    expect(asked).toEqual([['a-0'], ['b-0']]);
    expect(of(KEY)).toEqual([CDN]);
    now.ms = HOUR_MS - 1;
    await refresh([KEY], signal);
    expect(asked).toHaveLength(2);
    now.ms = HOUR_MS;
    await refresh([KEY], signal);
    expect(asked).toHaveLength(3);
  });

  test('is asked of a hundred at a time, those that come first first', async () => {
    const { refresh, asked } = scene();
    await refresh(keysOf(250), signal);
    await refresh(keysOf(250), signal);
    expect(asked.map((ids) => [ids.length, ids[0]])).toEqual([
      [100, 'a-0'],
      [100, 'a-100'],
    ]);
  });

  test('stays known for a day where it cannot be had, which is said once', async () => {
    const { refresh, of, troubles, now } = scene();
    await refresh([KEY], signal);
    now.answer = refused;
    for (now.ms = HOUR_MS; now.ms <= DAY_MS; now.ms += HOUR_MS) {
      await refresh([KEY], signal);
      expect(of(KEY)).toEqual([CDN]);
    }
    now.ms = DAY_MS + 1;
    expect(of(KEY)).toBeNull();
    expect(troubles).toEqual(['a: No right']);
    now.answer = there;
    now.ms += HOUR_MS;
    await refresh([KEY], signal);
    expect(of(KEY)).toEqual([CDN]);
    now.answer = refused;
    now.ms += HOUR_MS;
    await refresh([KEY], signal);
    expect(troubles).toHaveLength(2);
  });

  test('is said once, too, where it can be had of some and not of others', async () => {
    const { refresh, troubles, now } = scene();
    const failure = { reason: 'missing', message: 'No such certificate', requestId: null } as const;
    now.answer = (ids) =>
      new Map(ids.map((id, n) => [id, n % 2 === 0 ? { ok: true, services: [CDN] } : { ok: false, failure }]));
    for (now.ms = 0; now.ms <= 3 * HOUR_MS; now.ms += HOUR_MS) await refresh(keysOf(6), signal);
    expect(troubles).toEqual(['a: No such certificate']);
  });

  test('is left when a reader fails in a way that nobody thought of, and is not asked again at once', async () => {
    const { refresh, of, asked, troubles, now } = scene();
    now.answer = () => Promise.reject(new TypeError('secret text'));
    await refresh([KEY], signal);
    await refresh([KEY], signal);
    expect(of(KEY)).toBeNull();
    expect(asked).toHaveLength(1);
    expect(troubles).toEqual([
      'a: Cannot read where certificates of account a are deployed: an unexpected error',
    ]);
  });

  test('is nothing to wait for once the check is stopped', async () => {
    const { refresh, asked, troubles, now } = scene();
    const stop = new AbortController();
    now.answer = () => {
      stop.abort();
      return Promise.reject(aborted());
    };
    await refresh([KEY], stop.signal);
    await refresh([KEY], stop.signal);
    expect(asked).toHaveLength(1);
    expect(troubles).toEqual([]);
  });

  test('is wanted of what is mended there, and of what can be read', () => {
    const finding = (kind: (typeof KINDS)[number]) =>
      ({ kind, severity: 'warning', cause: kind, reason: '', epochMs: 0 }) as const;
    const wanted = KINDS.filter((kind) => isAskedFor({ findings: [finding(kind)], failure: null }));
    expect(KINDS.filter((kind) => !wanted.includes(kind)).toSorted()).toEqual(
      ['missing', 'pending', 'unmonitored', 'unpassed', 'unreadable', 'unrecognised'].toSorted(),
    );
    expect(isAskedFor({ findings: [], failure: null })).toBe(false);
    const failure = { reason: 'timeout', message: '', requestId: null } as const;
    expect(isAskedFor({ findings: [finding('expired')], failure })).toBe(false);
  });

  test('goes with what is told, and not with what is over', () => {
    const recipients = ['oncall@example.com'];
    const configured = configuredAs(KEY);
    const addressed = [
      { notice: notice({ kind: 'expiring' }), recipients },
      { notice: notice({ kind: 'revoking', change: 'resolved' }), recipients },
    ];
    const told = tellingWhere({ configured, addressed }, { of: () => [CDN] });
    expect(told.addressed.map(({ notice: { certificates } }) => certificates[0]?.deployed)).toEqual([
      [CDN],
      undefined,
    ]);
    expect(tellingWhere({ configured, addressed }, { of: () => null }).addressed).toBe(addressed);
  });
});
