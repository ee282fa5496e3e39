// Process: reads with the monitor's own reader, counting in its own metrics, as the daemon does.
import { z } from 'zod';
import { createAccountReader } from '../src/huawei/reader.ts';
import { systemClock } from '../src/shared/time.ts';
import { createMetrics } from '../src/telemetry/metrics.ts';
import { readTask } from './support/child.ts';
import { ACCESS_KEY, SECRET_KEY, TOKEN, UTC_OFFSET_MINUTES } from './support/cloud-body.ts';
import { measureClient } from './support/reading.ts';

const SECRETS: ReadonlyMap<string, string> = new Map([
  ['TOKEN', TOKEN],
  ['ACCESS_KEY', ACCESS_KEY],
  ['SECRET_KEY', SECRET_KEY],
]);
const CREDENTIALS = {
  token: { type: 'token', token: { env: 'TOKEN' } },
  signed: {
    type: 'access-key',
    accessKey: { env: 'ACCESS_KEY' },
    secretKey: { env: 'SECRET_KEY' },
    securityToken: null,
  },
} as const;

const { credentials } = readTask(z.object({ credentials: z.enum(['token', 'signed']) }));

await measureClient(({ origin, concurrency }) => {
  const account = 'default';
  const reader = createAccountReader({
    account: {
      name: account,
      endpoint: origin,
      utcOffsetMinutes: UTC_OFFSET_MINUTES,
      credentials: CREDENTIALS[credentials],
      // The pace is there to be gentle; here nothing may wait for it.
      requestsPerSecond: 1e6,
      concurrency,
      timeoutMs: 10_000,
      caFile: null,
      discover: null,
      listEveryMs: 3_600_000,
      successors: [],
    },
    readSecret: async (ref) => ('env' in ref ? SECRETS.get(ref.env) : undefined) ?? '',
    clock: systemClock,
    observer: createMetrics({ version: '0', revision: '0', accounts: [account] }),
  });
  const { signal } = new AbortController();
  reader.beginCheck();
  return {
    async read(id) {
      const reading = await reader.read(id, signal);
      return reading.ok ? reading.certificate.id : reading.failure.message;
    },
    close: () => reader.close(),
  };
});
