// Process: looks with the monitor's own prober, as the daemon does; only its rate is set so high that nothing waits.
import { createProber } from '../src/probe/prober.ts';
import { systemClock } from '../src/shared/time.ts';
import { measureLooks } from './support/probing.ts';

await measureLooks(({ port, ca, concurrency }) => {
  const prober = createProber({
    concurrency,
    perSecond: 1e6,
    timeoutMs: 10_000,
    clock: systemClock,
    ca: [ca],
  });
  const { signal } = new AbortController();
  const endpoint = { host: '127.0.0.1', port, serverName: 'www.example.com', startTls: null, named: true };
  return {
    async look() {
      const result = await prober.probe(endpoint, signal);
      return result.ok && result.served.untrusted === null ? result.served.chain.length : 0;
    },
    close: () => prober.close(),
  };
});
