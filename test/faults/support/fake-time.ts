// A clock that an experiment sets for the program and for the simulated cloud alike: libfaketime reads it from a file.
import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudOptions } from '../../simulator/cloud.ts';

export interface FakeTime {
  /** What the program needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cloud: Pick<CloudOptions, 'nowMs'>;
  nowMs(): number;
  /** Sets the wall clock; the monotonic one goes on as it is. */
  set(wallMs: number): void;
}

/** Starts at that moment. Throws where libfaketime is not installed: an experiment with clocks is not left out in silence. */
export function createFakeTime(folder: string, startMs: number): FakeTime {
  const library = findLibrary();
  const file = join(folder, 'fake-time');
  let offsetMs = 0;
  const nowMs = () => Date.now() + offsetMs;
  function set(wallMs: number): void {
    offsetMs = wallMs - Date.now();
    const seconds = Math.round(offsetMs / 1_000);
    offsetMs = seconds * 1_000;
    // Renamed into place: a reader must not meet an empty file.
    writeFileSync(`${file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    renameSync(`${file}.new`, file);
  }
  set(startMs);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      // Files are as old as they are: only the clock is set.
      NO_FAKE_STAT: '1',
    },
    cloud: { nowMs },
    nowMs,
    set,
  };
}

function findLibrary(): string {
  const places = readdirSync('/usr/lib').map((name) =>
    join('/usr/lib', name, 'faketime', 'libfaketimeMT.so.1'),
  );
  const library = places.find((place) => existsSync(place));
  if (library === undefined)
    throw new Error(
      'Cannot set clocks: libfaketime is not installed; run test/e2e/tools/faketime.sh as root',
    );
  return library;
}
