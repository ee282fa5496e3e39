// Who takes the place of a certificate: each rule by itself, and many worlds against a slow and simple answer.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Certificate } from '../../src/certificates/certificate.ts';
import { marksOf } from '../../src/certificates/name-marks.ts';
import { nameOf } from '../../src/certificates/names.ts';
import { type Contender, createSuccession, type Succession } from '../../src/certificates/succession.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import { certificate, NOW } from '../support/factories.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 300);
const alone = (account: string) => [account];
const end = (days: number) => NOW + days * DAY_MS;

type Facts = Partial<Certificate> & Partial<Omit<Contender, 'certificate'>> & { names?: readonly string[] };

function contender({
  account = 'default',
  present = true,
  standingSinceMs = NOW,
  names,
  ...facts
}: Facts): Contender {
  const id = facts.id ?? 'new';
  const named = names === undefined ? {} : { domain: names[0] ?? null, sans: names.slice(1) };
  return { account, id, present, standingSinceMs, certificate: certificate({ ...facts, ...named, id }) };
}

async function successionOf(
  old: Contender,
  others: readonly Contender[],
  accountsOf: (account: string) => readonly string[] = alone,
): Promise<Succession> {
  return (await createSuccession({ contenders: [old, ...others], accountsOf, nowMs: NOW, nextTurn })).of(old);
}

const OLD = contender({ id: 'old', notAfterMs: end(5) });
const NEW = contender({ id: 'new', notAfterMs: end(300), name: 'renewed' });

describe('a certificate is superseded', () => {
  test('by a live one that covers all its names and ends later, and it is said which', async () => {
    expect(await successionOf(OLD, [NEW])).toEqual({
      successor: {
        account: 'default',
        id: 'new',
        notAfterMs: end(300),
        issuedMs: NOW - 30 * DAY_MS,
        name: 'renewed',
      },
      applied: null,
    });
  });

  test.each<[string, Facts, Facts, boolean]>([
    ['by one that is being revoked, which still serves', {}, { status: 'REVOKING' }, true],
    ['by one with more names', {}, { names: ['x.example', 'www.example.com', 'example.com'] }, true],
    ['by a wildcard', { names: ['www.example.com'] }, { names: ['*.example.com'] }, true],
    ['though it ended', { notAfterMs: end(-5), status: 'EXPIRED' }, {}, true],
    ['though it was revoked', { status: 'REVOKED' }, {}, true],
    ['though it is missing', { present: false }, {}, true],
    ['though its status is not known', { status: 'FROZEN' }, {}, true],
    ['not by one that was revoked', {}, { status: 'REVOKED' }, false],
    ['not by one that was refused', {}, { status: 'UNPASSED' }, false],
    ['not by one that is expired', {}, { status: 'EXPIRED' }, false],
    ['not by one whose status is not known', {}, { status: 'FROZEN' }, false],
    ['not by one that is missing', {}, { present: false }, false],
    [
      'not by one that ended, whatever its status says',
      { notAfterMs: end(-5) },
      { notAfterMs: end(-1) },
      false,
    ],
    ['not by one that ends now', { notAfterMs: end(-5) }, { notAfterMs: NOW }, false],
    ['not by one that ends at the same time', {}, { notAfterMs: end(5) }, false],
    ['not by one that ends sooner', {}, { notAfterMs: end(4) }, false],
    ['not by one whose end is not known', {}, { notAfterMs: null, notAfterFault: 'is empty' }, false],
    ['not where its own end is not known', { notAfterMs: null }, {}, false],
    ['not by one that lacks a name', {}, { names: ['www.example.com'] }, false],
    ['not by one of another account', {}, { account: 'other' }, false],
    ['not where it has no names', { names: [] }, {}, false],
    ['not by one that has no names', {}, { names: [] }, false],
    ['not where its only name is none', { names: ['ACME Root'] }, { names: ['ACME Root'] }, false],
    ['not where what is no name is left out', { names: ['a.b.c', 'ACME Root'] }, { names: ['a.b.c'] }, false],
  ])('%s', async (_what, old, next, expected) => {
    const { successor } = await successionOf(contender({ id: 'old', notAfterMs: end(5), ...old }), [
      contender({ id: 'new', notAfterMs: end(300), ...next }),
    ]);
    expect(successor?.id ?? null).toBe(expected ? 'new' : null);
  });

  test('by one of an account that was named for it, but not the other way round', async () => {
    const accountsOf = (account: string) => (account === 'default' ? ['default', 'shared'] : [account]);
    const abroad = contender({ id: 'abroad', account: 'shared', notAfterMs: end(300) });
    expect((await successionOf(OLD, [abroad], accountsOf)).successor).toMatchObject({
      account: 'shared',
      id: 'abroad',
    });
    const later = contender({ id: 'later', notAfterMs: end(400) });
    expect((await successionOf(abroad, [OLD, later], accountsOf)).successor).toBeNull();
  });

  test('in a chain by the last to end, and of equal ones by the first of account and id', async () => {
    const chain = [20, 300, 300, 100].map((days, n) => contender({ id: `n${n}`, notAfterMs: end(days) }));
    expect((await successionOf(OLD, chain.toReversed())).successor?.id).toBe('n1');
    expect((await successionOf(chain[0] ?? OLD, chain)).successor?.id).toBe('n1');
    expect((await successionOf(chain[1] ?? OLD, chain)).successor).toBeNull();
  });

  test.each<[string, readonly Contender[]]>([
    ['is revoked', [contender({ ...NEW.certificate, status: 'REVOKED' })]],
    ['goes missing', [{ ...NEW, present: false }]],
    ['is watched no more', []],
    ['loses a name', [contender({ ...NEW.certificate, names: ['www.example.com'] })]],
  ])('no more, and at once, where the other %s', async (_what, after) => {
    expect((await successionOf(OLD, [NEW])).successor).not.toBeNull();
    expect((await successionOf(OLD, after)).successor).toBeNull();
  });

  test('by a wildcard though many have it', async () => {
    const old = contender({ id: 'old', names: ['a.x.test', 'x.test'], notAfterMs: end(5) });
    const many = Array.from({ length: 30 }, (_, n) =>
      contender({
        id: `n${n}`,
        names: n === 7 ? ['*.x.test', 'x.test'] : ['*.x.test', `${n}.test`],
        notAfterMs: end(100 + n),
      }),
    );
    const alike = many.map((one, n) =>
      contender({ ...one.certificate, id: `m${n}`, names: ['x.test', `${n}.test`] }),
    );
    expect((await successionOf(old, [...many, ...alike])).successor?.id).toBe('n7');
  });

  test('by nobody where it is not among them', async () => {
    const successions = await createSuccession({
      contenders: [NEW],
      accountsOf: alone,
      nowMs: NOW,
      nextTurn,
    });
    expect(successions.of(OLD)).toEqual({ successor: null, applied: null });
  });

  test('by its names though two of them have one mark', async () => {
    // Found by trying.
    const [a, b] = ['host-ies3lk-57528.example.com', 'host-1s7nmhw-67556.example.com'];
    expect(marksOf(certificate({ domain: a, sans: [] }))?.marks[0]).toBe(
      marksOf(certificate({ domain: b, sans: [] }))?.marks[0],
    );
    const old = contender({ id: 'old', names: [a], notAfterMs: end(5) });
    expect((await successionOf(old, [contender({ names: [b], notAfterMs: end(300) })])).successor).toBeNull();
  });
});

describe('a certificate is applied for', () => {
  const applied = (facts: Facts) =>
    contender({
      id: 'asked',
      status: 'CHECKING_DOMAIN',
      notAfterMs: null,
      standingSinceMs: NOW - DAY_MS,
      ...facts,
    });

  test.each<[string, Facts, string | null]>([
    ['by one in application that covers all its names', {}, 'asked'],
    ['not by one that is missing', { present: false }, null],
    ['not by one that lacks a name', { names: ['example.com'] }, null],
    ['not by one of another account', { account: 'other' }, null],
    ['not by one that was refused', { status: 'UNPASSED' }, null],
  ])('%s', async (_what, facts, expected) => {
    const succession = await successionOf(OLD, [applied(facts)]);
    expect(succession.applied?.id ?? null).toBe(expected);
    expect(succession.successor).toBeNull();
  });

  test('with its status and since when, by the latest of several', async () => {
    const others = [
      applied({ id: 'a', standingSinceMs: NOW - 2 * DAY_MS }),
      applied({ id: 'c' }),
      applied({ id: 'b' }),
    ];
    expect((await successionOf(OLD, others)).applied).toEqual({
      account: 'default',
      id: 'b',
      status: 'CHECKING_DOMAIN',
      sinceMs: NOW - DAY_MS,
    });
  });

  test('never by itself', async () => {
    expect((await successionOf(applied({}), [])).applied).toBeNull();
  });
});

describe('in any world', () => {
  const labels = fc.constantFrom('*', 'a', 'b', 'A', 'w*', 'ü', 'xn--tda');
  const names = fc.oneof(
    {
      weight: 2,
      arbitrary: fc
        .tuple(labels, fc.constantFrom('x.test', 'y.test', 'x.test.', 'a.x.test'))
        .map((p) => p.join('.')),
    },
    fc.constantFrom(
      'x.test',
      'y.test',
      'test',
      '*',
      '*.test',
      '192.0.2.1',
      '*.0.2.1',
      'not a name',
      'a/b',
      ' ',
    ),
  );
  const facts = fc.record({
    account: fc.constantFrom('one', 'two', 'three'),
    names: fc.array(names, { maxLength: 3 }),
    notAfterMs: fc.constantFrom(null, end(-2), NOW, end(1), end(2), end(3), end(400)),
    status: fc.constantFrom(
      'ISSUED',
      'ISSUED',
      'ISSUED',
      'REVOKING',
      'REVOKED',
      'EXPIRED',
      'CHECKING',
      'PAID',
      'FROZEN',
    ),
    present: fc.constantFrom(true, true, true, false),
    standingSinceMs: fc.constantFrom(NOW, end(-1)),
  });
  const worlds = fc
    .array(facts, { maxLength: 30, size: 'max' })
    .map((all) => all.map((one, n) => contender({ ...one, id: `id${n % 7}${n}` })));
  const friends = fc.constantFrom<Readonly<Record<string, readonly string[]>>>(
    {},
    { one: ['one', 'two'] },
    { one: ['two', 'one'], two: ['one', 'two'], three: ['one'] },
  );

  test('the answer is the one that comparing each with each gives', async () => {
    let superseded = 0;
    await fc.assert(
      fc.asyncProperty(worlds, friends, async (contenders, named) => {
        const accountsOf = (account: string) => named[account] ?? [account];
        const successions = await createSuccession({ contenders, accountsOf, nowMs: NOW, nextTurn });
        const answers = contenders.map((one) => {
          const { successor, applied } = successions.of(one);
          if (successor !== null) superseded += 1;
          return [successor?.id ?? null, applied?.id ?? null];
        });
        expect(answers).toEqual(contenders.map((one) => slowly(one, contenders, accountsOf)));
      }),
      { numRuns: 5 * RUNS },
    );
    expect(superseded).toBeGreaterThan(RUNS);
  });

  /** What a check finds changed: another certificate in the place of one, one that is gone or new, and time that has passed. */
  const steps = fc.array(
    fc.record({
      replaced: fc.array(fc.tuple(fc.nat({ max: 32 }), facts), { maxLength: 3 }),
      gone: fc.array(fc.nat({ max: 32 }), { maxLength: 2 }),
      laterMs: fc.constantFrom(0, 0, DAY_MS),
    }),
    { minLength: 1, maxLength: 4 },
  );

  test('what is matched again where something has changed is what matching all of them gives', async () => {
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(worlds, friends, steps, async (first, named, changes) => {
        const accountsOf = (account: string) => named[account] ?? [account];
        let contenders = first;
        let nowMs = NOW;
        let successions = await createSuccession({ contenders, accountsOf, nowMs, nextTurn });
        for (const { replaced, gone, laterMs } of changes) {
          const next = new Map(contenders.map((one) => [one.id, one]));
          const put = replaced.map(([n, one]) => contender({ ...one, id: `id${n % 7}${n}` }));
          for (const one of put) next.set(one.id, one);
          const left = gone.flatMap((n) => contenders[n] ?? []);
          for (const { id } of left) next.delete(id);
          const moved = put.flatMap(({ id }) => contenders.filter((one) => one.id === id));
          contenders = [...next.values()];
          nowMs += laterMs;
          const since = { successions, changed: [...put, ...left, ...moved] };
          const before = successions;
          successions = await createSuccession({ contenders, accountsOf, nowMs, nextTurn, since });
          const all = await createSuccession({ contenders, accountsOf, nowMs, nextTurn });
          for (const one of [...contenders, ...left])
            expect([one, successions.of(one)]).toEqual([one, all.of(one)]);
          if (contenders.some((one) => before.of(one) === successions.of(one) && hasSome(before.of(one))))
            kept += 1;
        }
      }),
      { numRuns: 5 * RUNS },
    );
    expect(kept).toBeGreaterThan(RUNS);
  });

  test('it is the same in any order', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (contenders) => {
        const ask = (all: readonly Contender[]) =>
          createSuccession({ contenders: all, accountsOf: alone, nowMs: NOW, nextTurn });
        const [there, back] = [await ask(contenders), await ask(contenders.toReversed())];
        expect(contenders.map(back.of)).toEqual(contenders.map(there.of));
      }),
      { numRuns: RUNS },
    );
  });
});

test('other work comes through while thousands are matched', async () => {
  const names = Array.from({ length: 30 }, (_, n) => `n${n}.example.com`);
  const contenders = Array.from({ length: 5_000 }, (_, n) =>
    contender({ id: `id${n}`, names, notAfterMs: end(n) + 1 }),
  );
  let turns = 0;
  const successions = await createSuccession({
    contenders,
    accountsOf: alone,
    nowMs: NOW,
    nextTurn: async () => {
      turns += 1;
    },
  });
  expect(turns).toBeGreaterThan(10);
  expect(successions.of({ account: 'default', id: 'id0' }).successor?.id).toBe('id4999');
});

function hasSome({ successor, applied }: Succession): boolean {
  return successor !== null || applied !== null;
}

/** Each with each, by regular expressions. */
function slowly(
  old: Contender,
  all: readonly Contender[],
  accountsOf: (account: string) => readonly string[],
): readonly [string | null, string | null] {
  const inReach = all.filter(
    (other) =>
      other !== old &&
      other.present &&
      [old.account, ...accountsOf(old.account)].includes(other.account) &&
      replaces(other, old),
  );
  const oldEnd = old.certificate.notAfterMs;
  const live = inReach.filter(({ certificate: { status, notAfterMs } }) => {
    const later = oldEnd !== null && notAfterMs !== null && notAfterMs > NOW && notAfterMs > oldEnd;
    return later && ['ISSUED', 'REVOKING'].includes(status);
  });
  const asked = inReach.filter(({ certificate: { status } }) => ['CHECKING', 'PAID'].includes(status));
  const best = (some: readonly Contender[], time: (one: Contender) => number) =>
    some.reduce<Contender | null>((so, one) => {
      if (so === null || time(one) > time(so)) return one;
      const first = `${one.account} ${one.id}` < `${so.account} ${so.id}`;
      return time(one) === time(so) && first ? one : so;
    }, null);
  return [
    best(live, ({ certificate: { notAfterMs } }) => notAfterMs ?? 0)?.id ?? null,
    best(asked, ({ standingSinceMs }) => standingSinceMs)?.id ?? null,
  ];
}

function replaces(other: Contender, old: Contender): boolean {
  const textsOf = ({ certificate: { domain, sans } }: Contender) =>
    [domain ?? '', ...sans].map((text) => text.trim()).filter((text) => text !== '');
  const needed = textsOf(old);
  const offered = textsOf(other);
  const some = (texts: readonly string[]) => texts.some((text) => nameOf(text) !== null);
  return (
    some(needed) && some(offered) && needed.every((text) => offered.some((offer) => serves(offer, text)))
  );
}

function serves(offer: string, text: string): boolean {
  const [pattern, name] = [nameOf(offer), nameOf(text)];
  if (pattern === null || name === null) return offer === text;
  if (pattern === name) return true;
  const wild = /^\*\.([^*.]+\.[^*]+)$/.exec(pattern)?.[1];
  const below = /^([^*.]+)\.(.+)$/.exec(name)?.[2];
  return wild !== undefined && wild === below && !/^[0-9.]+$/.test(name);
}
