// Makes the metrics of what is known now: certificates, alerts that last, the outbox.
import type { Census } from './census.ts';
import type { Config } from './config/config.ts';
import type { Memory } from './memory.ts';
import { groupBy } from './shared/collections.ts';
import type { Store } from './state/store.ts';
import type { Exposition } from './telemetry/exposition.ts';
import type { Log } from './telemetry/log.ts';
import type { Metrics } from './telemetry/metrics.ts';

interface ExposeParts {
  readonly config: () => Config;
  readonly store: Pick<Store, 'outboxCounts'>;
  readonly memory: Pick<Memory, 'shown' | 'activeAlerts'>;
  readonly census: Pick<Census, 'activeAlerts'>;
  readonly metrics: Pick<Metrics, 'alerts' | 'outbox'>;
  readonly exposition: Pick<Exposition, 'render'>;
  readonly log: Log;
}

/** Resolves when the certificates' part, which is made in slices, is there. */
export function expose({
  exposition,
  memory,
  census,
  metrics,
  store,
  config,
  log,
}: ExposeParts): Promise<void> {
  const rendered = exposition
    .render(memory.shown(), { status: config().metrics.status })
    .catch((error: unknown) => {
      log.error({ err: error }, 'Cannot render the metrics of the certificates: they stay as they were');
    });
  const lasting = [...memory.activeAlerts(), ...census.activeAlerts()];
  const active = groupBy(lasting, ({ kind, severity }) => `${kind} ${severity}`);
  metrics.alerts(
    [...active.values()].flatMap((alerts) =>
      alerts.slice(0, 1).map(({ kind, severity }) => ({ kind, severity, count: alerts.length })),
    ),
  );
  metrics.outbox(store.outboxCounts());
  return rendered;
}
