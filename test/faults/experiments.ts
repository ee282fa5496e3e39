// The experiments, in the order in which they run.
import type { Experiment } from './experiment.ts';
import { histories } from './experiments/histories.ts';
import { kills } from './experiments/kills.ts';
import { stops } from './experiments/stops.ts';

export const EXPERIMENTS: readonly Experiment[] = [kills, stops, histories];
