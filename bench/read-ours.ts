// Process: reads with the monitor's own reader, counting in its own metrics, as the daemon does.
import { createAccountReader } from '../src/huawei/reader.ts';
import { systemClock } from '../src/shared/time.ts';
import { createMetrics } from '../src/telemetry/metrics.ts';
import { TOKEN, UTC_OFFSET_MINUTES } from './support/cloud-body.ts';
import { measureClient } from './support/reading.ts';

await measureClient(({ origin, concurrency }) => {
  const account = 'default';
  const reader = createAccountReader({
    account: {
      name: account,
      endpoint: origin,
      utcOffsetMinutes: UTC_OFFSET_MINUTES,
      credentials: { type: 'token', token: { env: 'TOKEN' } },
      // The pace is there to be gentle; here nothing may wait for it.
      requestsPerSecond: 1e6,
      concurrency,
      timeoutMs: 10_000,
      caFile: null,
      discover: null,
      listEveryMs: 3_600_000,
      successors: [],
    },
    readSecret: async () => TOKEN,
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
