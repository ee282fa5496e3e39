// How a simulation is started: what it is told, and where it speaks. Types only.

export interface Simulation {
  readonly args: readonly string[];
  /** The result, for people and files. */
  readonly say: (text: string) => void;
  /** Progress, for people only. */
  readonly note: (text: string) => void;
}
