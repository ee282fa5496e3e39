// The accounts' readers over a reload, and the names that two folders must agree on without importing each other.
import { describe, expect, test } from '@jest/globals';
import type { AccountConfig } from '../src/config/config.ts';
import { OPERATIONS } from '../src/huawei/account.ts';
import { createLanes } from '../src/lanes.ts';
import { systemClock } from '../src/shared/time.ts';
import { API_OPERATIONS } from '../src/telemetry/metrics.ts';

function account(name: string, over: Partial<AccountConfig> = {}): AccountConfig {
  return {
    name,
    endpoint: 'http://127.0.0.1:1',
    utcOffsetMinutes: 480,
    credentials: { type: 'token', token: { env: 'CCM_TEST_TOKEN' } },
    requestsPerSecond: 5,
    concurrency: 4,
    timeoutMs: 1_000,
    caFile: null,
    discover: null,
    listEveryMs: 3_600_000,
    successors: [],
    ...over,
  };
}

const observer = { request: () => undefined, clockSkew: () => undefined };

describe('lanes', () => {
  test('keep the reader of an account that did not change over a reload, and close the others once nobody reads', async () => {
    const lanes = createLanes({
      accounts: [account('a'), account('b'), account('c')],
      clock: systemClock,
      observer,
    });
    const before = lanes.all();
    let idle: () => void = () => undefined;
    const whenIdle = new Promise<void>((resolve) => {
      idle = resolve;
    });
    let closed = false;
    const configured = lanes
      .configure([account('a'), account('b', { concurrency: 9 }), account('d')], whenIdle)
      .then(() => {
        closed = true;
      });
    const after = lanes.all();
    expect([...after.keys()].sort()).toEqual(['a', 'b', 'd']);
    expect(after.get('a')?.reader).toBe(before.get('a')?.reader);
    expect(after.get('b')?.reader).not.toBe(before.get('b')?.reader);
    expect(after.get('b')?.concurrency).toBe(9);
    await Promise.resolve();
    expect(closed).toBe(false);
    idle();
    await configured;
    await expect(
      before.get('c')?.reader.read('scs0000000000001', new AbortController().signal),
    ).rejects.toMatchObject({ code: 'ABORTED' });
    await lanes.close();
  });
});

describe('the operations of the cloud', () => {
  test('are the label values of the metrics', () => {
    expect([...API_OPERATIONS]).toEqual([...OPERATIONS]);
  });
});
