// What goes wrong with lists of certificates, one thing at a time: pages that lie, change, repeat, break off or are no pages at all.
import type { Cloud } from '../../simulator/cloud.ts';
import type { Fault } from '../../simulator/faults.ts';
import type { ListFlaws } from '../../simulator/list-flaws.ts';
import type { Random } from '../../support/random.ts';
import { hostileText } from './texts.ts';

export interface ListScene {
  readonly cloud: Cloud;
  readonly random: Random;
  /** Certificates of the account whose list goes wrong: pages without any of them are left as they are. */
  readonly ids: ReadonlySet<string>;
  /** Puts another healthy certificate into that account. */
  add(): void;
  /** Changes the certificate until the round is over. */
  dress(id: string, fields: Readonly<Record<string, unknown>>): void;
  /** Where a redirect leads. */
  readonly stranger: string;
}

export interface ListLie {
  readonly name: string;
  /** Whether the log must say that the list is not whole: in any case, never, or where it lacked a certificate. */
  readonly isSaid: 'always' | 'never' | 'where it lacks one';
  /** From the next request on. Resolves the ids of each page that goes out by `shown`. */
  begin(scene: ListScene, shown: (ids: readonly string[]) => void): void;
}

type Body = Record<string, unknown>;
type Row = Record<string, unknown>;

/** Pages as they are, or as `change` makes them, with what they show of certificates noted. */
function pages(
  { cloud, ids }: ListScene,
  {
    shown,
    change = (body) => body,
    times = 'always',
  }: { shown: (ids: readonly string[]) => void; change?: (body: Body) => unknown; times?: number | 'always' },
): void {
  const edit = (body: Body): unknown => {
    if (!rowsOf(body).some(({ id }) => typeof id === 'string' && ids.has(id))) return body;
    const sent = change(body);
    shown(rowsOf(sent).flatMap(({ id }) => (typeof id === 'string' ? [id] : [])));
    return sent;
  };
  if (times !== 0) cloud.fail({ kind: 'edit', edit }, { on: 'list', times });
}

function rowsOf(body: unknown): readonly Row[] {
  if (typeof body !== 'object' || body === null || !('certificates' in body)) return [];
  return Array.isArray(body.certificates) ? body.certificates : [];
}

function editing(
  name: string,
  isSaid: ListLie['isSaid'],
  change: (body: Body, scene: ListScene) => unknown,
): ListLie {
  return {
    name,
    isSaid,
    begin: (scene, shown) => pages(scene, { shown, change: (body) => change(body, scene) }),
  };
}

function withRows(
  name: string,
  isSaid: ListLie['isSaid'],
  change: (row: Row, scene: ListScene) => Row,
): ListLie {
  return editing(name, isSaid, (body, scene) => ({
    ...body,
    certificates: rowsOf(body).map((row) => change(row, scene)),
  }));
}

function flawed(name: string, flaws: (random: Random) => ListFlaws): ListLie {
  return {
    name,
    isSaid: 'where it lacks one',
    begin(scene, shown) {
      scene.cloud.settings.listFlaws = flaws(scene.random);
      pages(scene, { shown });
    },
  };
}

/** The first page may come through; whatever is asked after it meets the fault. */
function breakingOff(name: string, fault: (scene: ListScene) => Fault): ListLie {
  return {
    name: `breaks off: ${name}`,
    isSaid: 'always',
    begin(scene, shown) {
      pages(scene, { shown, times: scene.random.below(2) });
      scene.cloud.fail(fault(scene), { on: 'list', times: 'always' });
    },
  };
}

function answering(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return (): Fault => ({ kind: 'reply', status, body, headers });
}

const TOTALS: readonly (readonly [string, ListLie['isSaid'], (random: Random) => unknown])[] = [
  ['too many', 'always', (random) => 10_000 + random.below(10_000)],
  ['too few', 'where it lacks one', (random) => random.below(40)],
  ['below zero', 'where it lacks one', (random) => -1 - random.below(1_000)],
  ['in words', 'where it lacks one', () => 'many'],
  ['nothing', 'where it lacks one', () => null],
  ['beyond all numbers', 'where it lacks one', () => 1e308],
  ['in halves', 'where it lacks one', () => 41.5],
];

/** What names no certificate that could be asked for. */
const ODD_IDS: readonly [unknown, ...unknown[]] = [
  undefined,
  null,
  '',
  ' ',
  5,
  {},
  ['scs1590053258704'],
  '../../v3/auth/tokens',
  '%2e%2e%2fcertificates',
  'two words',
  'x'.repeat(65),
  'ïd',
  '<script>alert(1)</script>',
  'scs1590053258704\r\nX-Planted: 1',
];

const NO_PAGES: readonly [unknown, ...unknown[]] = [
  null,
  [],
  'a page',
  7,
  {},
  { certificates: {} },
  { certificates: 'none', total_count: 3 },
  { total_count: 12 },
  { certificates: null, total_count: 7 },
  { certificates: Array.from({ length: 1_001 }, () => null), total_count: 1_001 },
];

export const LIST_LIES: readonly ListLie[] = [
  ...TOTALS.map(([how, isSaid, total]) =>
    editing(`counts ${how}`, isSaid, (body, { random }) => ({ ...body, total_count: total(random) })),
  ),
  flawed('repeats rows of the page before', (random) => ({ repeatedRows: 1 + random.below(30) })),
  flawed('ends too early', (random) => ({ emptyFrom: 50 + random.below(60) })),
  flawed('rounds offsets down to whole pages', () => ({ wholePages: true })),
  flawed('gives a few rows at once', (random) => ({ pageRows: 3 + random.below(20) })),
  {
    name: 'gives one page for ever',
    isSaid: 'always',
    begin(scene, shown) {
      let first: Body | null = null;
      const change = (body: Body): Body => {
        first ??= { ...body, total_count: 10_000 };
        return first;
      };
      pages(scene, { shown, change });
    },
  },
  {
    name: 'changes between its pages',
    isSaid: 'where it lacks one',
    begin(scene, shown) {
      const all = [...scene.ids];
      let added = 0;
      const change = (body: Body): Body => {
        for (let n = scene.random.below(6); n > 0; n -= 1) {
          const id = all[scene.random.below(all.length)] ?? '';
          scene.cloud.update(id, { description: `changed ${scene.random.below(1_000)}` });
        }
        if (added < 4 && scene.random.chance(0.2)) {
          scene.add();
          added += 1;
        }
        return body;
      };
      pages(scene, { shown, change });
    },
  },
  editing('says each row three times', 'where it lacks one', (body) => ({
    ...body,
    certificates: rowsOf(body).flatMap((row) => [row, row, row]),
  })),
  editing('says that there is nothing', 'never', (body) => ({ ...body, certificates: [], total_count: 0 })),
  {
    name: 'hides a half, and counts without it',
    isSaid: 'never',
    begin(scene, shown) {
      const { cloud, random, ids } = scene;
      const hidden = new Set([...ids].filter(() => random.chance(0.5)));
      cloud.settings.isListed = (id, auth) => isOfAccount(id, auth, ids) && !hidden.has(id);
      pages(scene, { shown });
    },
  },
  withRows('has rows without a usable id', 'always', (row, { random }) =>
    random.chance(0.2) ? { ...row, id: random.pick(ODD_IDS) } : row,
  ),
  editing('has rows that are none', 'always', (body, { random }) => ({
    ...body,
    certificates: rowsOf(body).map((row, n) => (n === 0 || random.chance(0.1) ? 'a row' : row)),
  })),
  withRows('has fields of any type', 'where it lacks one', ({ id, ...row }, { random }) => ({
    id,
    ...Object.fromEntries(
      Object.keys(row).map((field) => [
        field,
        random.pick<unknown>([5, {}, [], null, true, 'x', hostileText(random)]),
      ]),
    ),
  })),
  withRows('lies about its certificates', 'where it lacks one', (row, { random }) => ({
    ...row,
    domain: 'n1.lists.example',
    sans: 'n1.lists.example;n2.lists.example',
    status: random.pick(['REVOKED', 'EXPIRED', 'UNPASSED', 'ISSUED', 'CHECKING', 'NOBODY_KNOWS']),
    expire_time: random.pick(['2099-01-01 00:00:00.0', '1999-01-01 00:00:00.0', null, 'soon']),
  })),
  editing('names what is not there', 'where it lacks one', (body) => {
    const [row = {}] = rowsOf(body);
    // The names of one that is there, and a later end: a list's word does not make it a successor.
    const other = {
      ...row,
      id: 'scs1690000000000',
      expire_time: '2099-01-01 00:00:00.0',
    };
    return { ...body, certificates: [...rowsOf(body), other], total_count: Number(body['total_count']) + 1 };
  }),
  { name: 'has hostile names', isSaid: 'where it lacks one', begin: dressAsHostile },
  breakingOff('403', answering(403, { error_code: 'SCM.0403', error_msg: 'no right to list' })),
  breakingOff(
    '429',
    answering(429, { error_code: 'APIGW.0308', error_msg: 'throttled' }, { 'Retry-After': '1' }),
  ),
  breakingOff('500', answering(500, { error_code: 'SCM.9999', error_msg: 'internal error' })),
  breakingOff('a page for people', answering(200, '<html><body>Please sign in</body></html>')),
  breakingOff('no page', ({ random }) => answering(200, random.pick(NO_PAGES))()),
  breakingOff('half a page', () => ({ kind: 'malformed' })),
  breakingOff('a page without its end', () => ({ kind: 'close-half-way' })),
  breakingOff('a reset', () => ({ kind: 'reset' })),
  breakingOff('a stall', () => ({ kind: 'stall' })),
  breakingOff('no HTTP', () => ({ kind: 'raw', text: 'SSH-2.0-OpenSSH_9.2\r\n' })),
  breakingOff('a page of 8 MB', () => ({ kind: 'oversized', bytes: 8_000_000 })),
  breakingOff('a redirect', ({ random, stranger }) => ({
    kind: 'redirect',
    status: random.pick([301, 302, 303, 307, 308]),
    location: random.pick([`${stranger}/v3/scm/certificates`, stranger.replace('http:', '')]),
  })),
];

/** Who signs in by keys has the other account. */
export function isOfAccount(id: string, auth: string, ids: ReadonlySet<string>): boolean {
  return ids.has(id) === (auth === 'token');
}

/** Names in other scripts, with dots at their ends and control characters in them, and ten thousand at once. */
function dressAsHostile(scene: ListScene, shown: (ids: readonly string[]) => void): void {
  const { ids, random, dress } = scene;
  const [first = '', second = '', ...others] = [...ids];
  const names = Array.from({ length: 10_000 }, (_, n) => `x${n}.example`);
  dress(first, { domain: 'x0.example', sans: names.join(';') });
  // Ends later, and has the names that come first: it serves a part of the other, not all.
  dress(second, { domain: 'x0.example', sans: names.slice(0, 2_000).join(';') });
  others.slice(0, 60).forEach((id, n) => {
    const own = random.pick([
      `bücher-${n}.example.`,
      `证书${n}.例子。`,
      `N${n}.HOSTILE.example..`,
      `${n}\u0000.example`,
    ]);
    dress(id, { name: hostileText(random), domain: own, sans: `${own};${hostileText(random)};*.${own}` });
  });
  pages(scene, { shown });
}
