// Metrics of the process and of Node as prom-client makes them, sampled at most once a second.
import { collectDefaultMetrics, Registry } from 'prom-client';
import { SECOND_MS } from '../shared/time.ts';

/** Gauges whose names end in `_total`: promtool's lint refuses them, and each has a twin without that ending. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

export interface ProcessSeries {
  /** Text format 0.0.4. */
  text(): Promise<string>;
}

/**
 * Starts the sampling of the event loop and of garbage collections.
 * One sampling costs about 1 ms, nearly all of it for the percentiles of the event loop's delay,
 * and begins a new window for them: so scrapes within a second share one.
 */
export function createProcessSeries(monotonicMs: () => number): ProcessSeries {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);

  let sampled = '';
  let sampledAtMs = Number.NEGATIVE_INFINITY;
  return {
    async text() {
      const nowMs = monotonicMs();
      if (nowMs - sampledAtMs < SECOND_MS) return sampled;
      sampled = await registry.metrics();
      sampledAtMs = nowMs;
      return sampled;
    },
  };
}
