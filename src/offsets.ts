// Says once where the configured zone of an account's times is wrong, with the one to set; exports the difference.
import { offsetErrors } from './certificates/offset-error.ts';
import type { WatchedCertificate } from './certificates/watched.ts';
import type { Config } from './config/config.ts';
import { formatUtcOffset } from './config/durations.ts';
import { formatSpan, MINUTE_MS } from './shared/time.ts';
import type { Log } from './telemetry/log.ts';
import type { Metrics } from './telemetry/metrics.ts';

interface OffsetParts {
  readonly config: () => Config;
  readonly metrics: Pick<Metrics, 'offsetErrors'>;
  readonly log: Log;
}

/** Looks at what was seen in a check; the result is to be called after each. */
export function createOffsetCheck({
  config,
  metrics,
  log,
}: OffsetParts): (watched: readonly WatchedCertificate[]) => void {
  const said = new Map<string, number>();
  return (watched) => {
    const errors = offsetErrors(watched);
    metrics.offsetErrors(errors);
    for (const { name, utcOffsetMinutes } of config().accounts) {
      const errorMs = errors.get(name) ?? 0;
      if (errorMs === (said.get(name) ?? 0)) continue;
      said.set(name, errorMs);
      if (errorMs === 0) continue;
      const right = formatUtcOffset(utcOffsetMinutes + errorMs / MINUTE_MS);
      const side = errorMs > 0 ? 'late' : 'early';
      log.warn(
        { account: name, errorSeconds: errorMs / 1_000 },
        `The times of account ${name} come out ${formatSpan(Math.abs(errorMs))} too ${side}, by the certificates that are served: set its utcOffset to "${right}"`,
      );
    }
  };
}
