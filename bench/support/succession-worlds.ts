// Certificates among which successors are looked for: as they are, and as they would be hardest. Pure.
import type { Contender } from '../../src/certificates/succession.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import { certificate, NOW } from '../../test/support/factories.ts';
import { createRandom, type Random } from '../../test/support/random.ts';

export const WORLDS = [
  'renewals',
  'alike',
  'different',
  'one-shared',
  'wildcards',
  'many-alike',
  'many-different',
  'many-renewed',
  'many-one-shared',
  'overlapping',
  'many-overlapping',
  'wild-overlapping',
] as const;

export type World = (typeof WORLDS)[number];

export const WORLD_NOW = NOW;

/** The names of the n-th of so many certificates. */
type NamesOf = (n: number, random: Random) => readonly string[];

const MANY = 250;
const host = (n: number) => `host-${n}.shop.example.com`;
const range = (count: number) => Array.from({ length: count }, (_, n) => n);
/** So many of a pool of names, each by chance. */
const some = (pool: number, share: number, random: Random) =>
  range(pool)
    .filter(() => random.chance(share))
    .map(host);

const NAMES: Readonly<Record<World, NamesOf>> = {
  // Each certificate was renewed once or twice, with names of its own.
  renewals: (n) => ['www', 'api', 'mail'].map((label) => `${label}.shop-${n % 4_000}.example.com`),
  alike: () => ['www.example.com', 'example.com'],
  different: (n) => [host(n), host(n + 1_000_000)],
  'one-shared': (n) => ['www.example.com', host(n)],
  // A third are wildcards; of the others half are covered by one of them.
  wildcards: (n) => [n % 3 === 0 ? `*.zone-${n % 300}.example.com` : `a-${n}.zone-${n % 600}.example.com`],
  'many-alike': () => range(MANY).map(host),
  'many-different': (n) => range(MANY).map((name) => host(n * MANY + name)),
  'many-renewed': (n) => range(MANY).map((name) => host((n % 5_000) * MANY + name)),
  'many-one-shared': (n) => ['www.example.com', ...range(MANY - 1).map((name) => host(n * MANY + name))],
  // No name is rare, and hardly any certificate covers another.
  overlapping: (_, random) => some(100, 0.1, random),
  'many-overlapping': (_, random) => some(2 * MANY, 0.5, random),
  'wild-overlapping': (n, random) => [`*.zone-${n % 7}.example.com`, ...some(2 * MANY, 0.5, random)],
};

export function contendersOf(world: World, certificates: number): readonly Contender[] {
  const random = createRandom(1);
  return range(certificates).map((n) => {
    // As a reply has them: one text that is split.
    const sans = NAMES[world](n, random).join(';').split(';');
    const id = `scs${n}`;
    const notAfterMs = NOW + DAY_MS * (1 + random.below(400)) + n;
    return {
      account: 'default',
      id,
      certificate: certificate({ id, domain: sans[0] ?? null, sans, notAfterMs }),
      present: true,
      standingSinceMs: NOW,
    };
  });
}
