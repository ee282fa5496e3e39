// The rule of the soak: what leaks is heard, what comes and goes is not.
import { expect, test } from '@jest/globals';
import { growthOf, type Sample } from './gauge.ts';

const SERIES = 44_000;

/** Thirty samples; each field as the function of the sample's number says. */
function samples(of: (n: number) => Partial<Sample>): Sample[] {
  return Array.from({ length: 30 }, (_, n) => ({
    ids: 1_000 * n,
    heapMib: 30,
    residentMib: 150,
    descriptors: 70,
    timers: 4,
    certificateSeries: SERIES,
    ownSeries: 250,
    roundMs: 1_000,
    blockedMs: 10,
    ...of(n),
  }));
}

test.each<[string, (n: number) => Partial<Sample>, readonly string[]]>([
  ['nothing grows', () => ({}), []],
  ['what warms up grows in the first third', (n) => ({ heapMib: Math.min(20 + n, 30) }), []],
  [
    'connections come and go',
    (n) => ({ descriptors: n % 3 === 0 ? 70 : 86, timers: n % 2 === 0 ? 4 : 20, residentMib: 150 + n }),
    [],
  ],
  [
    'half a MiB is left behind a round',
    (n) => ({ heapMib: 30 + n / 2 }),
    ['heapMib grew from 35.0 to 40.0: it may grow by 4 at most'],
  ],
  [
    'a descriptor is left open a round',
    (n) => ({ descriptors: 70 + n }),
    ['descriptors grew from 80.0 to 90.0: it may grow by 4 at most'],
  ],
  [
    'a timer is left running a round',
    (n) => ({ timers: 4 + n }),
    ['timers grew from 14.0 to 24.0: it may grow by 4 at most'],
  ],
  [
    'a label of the monitor is new',
    (n) => ({ ownSeries: n < 20 ? 250 : 251 }),
    ['ownSeries grew from 250.0 to 251.0: it may grow by 0 at most'],
  ],
  [
    'a certificate that left keeps its series',
    (n) => ({ certificateSeries: SERIES + (n === 7 ? 22 : 0) }),
    ['After 7000 certificates there are 44022 series of certificates, not 44000'],
  ],
])('%s', (_title, of, faults) => {
  expect(growthOf(samples(of), SERIES)).toEqual(faults);
});
