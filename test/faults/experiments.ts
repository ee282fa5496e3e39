// The experiments, in the order in which they run.
import type { Experiment } from './experiment.ts';
import { bodies } from './experiments/bodies.ts';
import { clients } from './experiments/clients.ts';
import { clock } from './experiments/clock.ts';
import { disk } from './experiments/disk.ts';
import { endpoints } from './experiments/endpoints.ts';
import { histories } from './experiments/histories.ts';
import { kills } from './experiments/kills.ts';
import { lists } from './experiments/lists.ts';
import { mailFaults } from './experiments/mail-faults.ts';
import { outage } from './experiments/outage.ts';
import { recipients } from './experiments/recipients.ts';
import { redirects } from './experiments/redirects.ts';
import { stops } from './experiments/stops.ts';
import { texts } from './experiments/texts.ts';
import { tokens } from './experiments/tokens.ts';

export const EXPERIMENTS: readonly Experiment[] = [
  kills,
  stops,
  mailFaults,
  recipients,
  histories,
  clock,
  redirects,
  bodies,
  texts,
  disk,
  outage,
  tokens,
  lists,
  endpoints,
  clients,
];
