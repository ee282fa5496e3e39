// The web server over the made-up company of test/web/seeded.ts.
import {
  SEEDED_ALERTS,
  SEEDED_DEPLOYMENTS,
  SEEDED_HISTORY,
  SEEDED_MAILS,
  SEEDED_MONITOR,
  SEEDED_SILENCES,
  seededCertificates,
} from '../../web/seeded.ts';
import { type Serving, serve } from '../../web/serving.ts';

export async function serveSeeded(well?: number): Promise<Serving> {
  const serving = await serve(seededCertificates(well));
  Object.assign(serving.facts, {
    monitor: SEEDED_MONITOR,
    silences: SEEDED_SILENCES,
    alerts: SEEDED_ALERTS,
    deployed: SEEDED_DEPLOYMENTS,
    history: SEEDED_HISTORY,
    mails: SEEDED_MAILS,
  });
  return serving;
}
