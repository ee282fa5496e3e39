// Who takes whose place among the watched: worked out where something has changed, and shown for those whom it concerns.
import { describe, expect, test } from '@jest/globals';
import { judge } from '../src/alerts/judge.ts';
import type { Certificate } from '../src/certificates/certificate.ts';
import type { Look } from '../src/certificates/look.ts';
import type { Reading } from '../src/certificates/reading.ts';
import type { Contender } from '../src/certificates/succession.ts';
import type { CertificateConfig, Config } from '../src/config/config.ts';
import type { Lookouts } from '../src/lookouts.ts';
import { createMemory } from '../src/memory.ts';
import { createRelations } from '../src/relations.ts';
import { DAY_MS } from '../src/shared/time.ts';
import { certificate, config, configured, NOW, POLICY, readFailed, readOk } from './support/factories.ts';

const OLD = { notAfterMs: NOW + 5 * DAY_MS };
const EMPTY = {
  watches: [],
  alerts: [],
  marks: {
    lastCheckMs: null,
    lastCompleteCheckMs: null,
    nextCheckMs: null,
    checkCron: null,
    nextSummaryMs: null,
    summaryCron: null,
  },
};

function bench(
  certificates: readonly CertificateConfig[],
  more: Partial<Config> = {},
  lookouts: Pick<Lookouts, 'of' | 'changes'> = { of: () => [], changes: () => 0 },
) {
  const memory = createMemory(EMPTY);
  let now = config(certificates, more);
  let listed: readonly Contender[] = [];
  let seen: boolean | null = false;
  memory.configure(certificates, NOW);
  const relations = createRelations({
    config: () => now,
    memory,
    listed: () => listed,
    allSeen: () => seen,
    lookouts,
  });
  return {
    memory,
    of: (id: string) => relations.of({ account: 'default', id }),
    /** Ids of those for which it has changed. */
    refresh: async (nowMs = NOW) => (await relations.refresh(nowMs)).map(({ id }) => id),
    read(id: string, reading: Reading | Partial<Certificate>, account = 'default') {
      const key = configured({ id, account });
      const judgement = judge({
        configured: key,
        reading: 'ok' in reading ? reading : readOk({ id, ...reading }),
        remembered: memory.remembered(key),
        policy: POLICY,
        to: [],
        nowMs: NOW,
      });
      memory.show(judgement);
      memory.advance([judgement], new Map(), {});
    },
    configure(next: Config) {
      now = next;
      memory.configure(next.certificates, NOW);
    },
    listed: (facts: readonly Contender[]) => {
      listed = facts;
      now = { ...now };
    },
    allSeen: (all: boolean | null) => {
      seen = all;
    },
    shown: () =>
      memory.shown().map(({ id, findings }) => `${id} ${findings.map(({ kind }) => kind).join()}`.trim()),
  };
}

const two = [configured({ id: 'old' }), configured({ id: 'new' })];

describe('who takes whose place', () => {
  test('is worked out where something has changed, and not anew where nothing has', async () => {
    const { read, refresh, shown, of } = bench(two);
    expect(await refresh()).toEqual([]);
    read('old', OLD);
    expect([await refresh(), shown()]).toEqual([[], ['old expiring', 'new']]);
    read('new', {});
    expect([await refresh(), shown()]).toEqual([['old'], ['old superseded', 'new']]);
    const before = of('old').succession;
    expect(await refresh()).toEqual([]);
    expect(of('old').succession).toBe(before);
    read('new', { status: 'REVOKED' });
    expect([await refresh(), shown()]).toEqual([['old'], ['old expiring', 'new revoked']]);
  });

  test.each<[string, Reading | Partial<Certificate>, readonly string[]]>([
    ['its deletion', readFailed('missing'), ['old']],
    ['a failed read, which says nothing', readFailed('timeout'), []],
    ['other names', { domain: 'other.example', sans: [] }, ['old']],
    ['another end of the successor', { notAfterMs: NOW + 90 * DAY_MS }, ['old']],
    ['facts that concern nobody', { brand: 'another' }, []],
  ])('changes by %s', async (_what, reading, changed) => {
    const { read, refresh } = bench(two);
    read('old', OLD);
    read('new', {});
    await refresh();
    read('new', reading);
    expect(await refresh()).toEqual(changed);
  });

  test('changes when the end of a successor passes, though nothing was read', async () => {
    const { read, refresh, shown } = bench(two);
    read('old', { notAfterMs: NOW - DAY_MS });
    read('new', OLD);
    await refresh();
    expect(shown()).toEqual(['old superseded', 'new expiring']);
    expect(await refresh(NOW + 5 * DAY_MS - 1)).toEqual([]);
    expect(await refresh(NOW + 5 * DAY_MS)).toEqual(['old']);
    expect(shown()[0]).toBe('old expired');
  });

  test('changes with a reload that takes the successor out, or lets another account hold it', async () => {
    const { read, refresh, configure, shown } = bench(two);
    read('old', OLD);
    read('new', {});
    await refresh();
    configure(config([configured({ id: 'old' })]));
    expect([await refresh(), shown()]).toEqual([['old'], ['old expiring']]);

    const abroad = [configured({ id: 'old' }), configured({ id: 'new', account: 'second' })];
    configure(config(abroad));
    read('new', {}, 'second');
    expect(await refresh()).toEqual([]);
    const named = config(abroad).accounts.map((account) =>
      account.name === 'default' ? { ...account, successors: ['second'] } : account,
    );
    configure(config(abroad, { accounts: named }));
    expect([await refresh(), shown()]).toEqual([['old'], ['old superseded', 'new']]);
  });

  test('does not let an account hold successors of another that does not name it', async () => {
    const accounts = config(two).accounts;
    const [first] = accounts;
    if (first === undefined) throw new Error('there is an account');
    const abroad = [configured({ id: 'old', account: 'second' }), configured({ id: 'new' })];
    const { read, refresh } = bench(abroad, {
      accounts: [
        { ...first, successors: ['second'] },
        { ...first, name: 'second' },
      ],
    });
    read('old', OLD, 'second');
    read('new', {});
    expect(await refresh()).toEqual([]);
  });

  test('does not take the word of a list for what is not there when it is read', async () => {
    const { read, refresh, listed, shown } = bench(two);
    read('old', OLD);
    const facts = { account: 'default', id: 'new', present: true, standingSinceMs: 0 };
    listed([{ ...facts, certificate: certificate({ id: 'new' }) }]);
    await refresh();
    expect(shown()).toEqual(['old superseded', 'new']);
    read('new', readFailed('missing'));
    await refresh();
    expect(shown()).toEqual(['old expiring', 'new missing']);
  });

  test('takes what is only listed for as much as that tells, until it is read', async () => {
    const { read, refresh, listed, shown } = bench(two);
    read('old', OLD);
    await refresh();
    const facts = { account: 'default', id: 'new', present: true, standingSinceMs: 0 };
    listed([{ ...facts, certificate: certificate({ id: 'new' }) }]);
    expect([await refresh(), shown()]).toEqual([['old'], ['old superseded', 'new']]);
    read('new', { status: 'REVOKED' });
    expect([await refresh(), shown()]).toEqual([['old'], ['old expiring', 'new revoked']]);
  });

  test('says anew for all of an account when all of it is seen, or that is not known any more', async () => {
    const { read, refresh, allSeen, shown } = bench([configured({ id: 'old' })]);
    read('old', OLD);
    await refresh();
    allSeen(true);
    expect([await refresh(), shown()]).toEqual([['old'], ['old expiring,renewal-overdue']]);
    allSeen(null);
    expect([await refresh(), shown()]).toEqual([['old'], ['old expiring']]);
    expect(await refresh()).toEqual([]);
  });

  test('is found among thousands in turns that let other work through', async () => {
    const many = Array.from({ length: 6_000 }, (_, n) => configured({ id: `scs${n}` }));
    const { read, refresh } = bench(many);
    for (const { id } of many) read(id, { domain: `${id.slice(3)}.example`, sans: [] });
    read('scs0', { ...OLD, domain: '1.example', sans: [] });
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    expect(await refresh()).toEqual(['scs0']);
    expect(turned).toBe(true);
  });
});

describe('what is seen of one whose place another has taken', () => {
  const look = (host: string, more: Partial<Look> = {}): Look => ({
    endpoint: { host, port: 443, serverName: null, startTls: null, named: true },
    served: null,
    failure: null,
    ...more,
  });

  test.each<[string, readonly Look[], readonly string[]]>([
    ['goes on where nobody looks at the other one', [], ['a', 'b']],
    ['goes on where only its names lead to the other one', [look('a', { guessed: true })], ['a', 'b']],
    ['is told by the other one where that is looked at', [look('a'), look('b')], []],
    ['goes on where the other one is not looked at', [look('b'), look('c')], ['a']],
    [
      'is told by the other one at the place itself, not at another port',
      [look('a', other(8443)), look('b')],
      ['a'],
    ],
  ])('%s', async (_what, ofNew, expected) => {
    const looks = new Map<string, readonly Look[]>([
      ['old', [look('a'), look('b')]],
      ['new', ofNew],
    ]);
    const { read, refresh, of } = bench(two, {}, { of: ({ id }) => looks.get(id) ?? [], changes: () => 0 });
    read('old', OLD);
    read('new', {});
    await refresh();
    expect(of('old').looks.map(({ endpoint }) => endpoint.host)).toEqual(expected);
    read('new', { brand: 'another' });
    expect(await refresh()).toEqual([]);
  });

  function other(port: number): Partial<Look> {
    return { endpoint: { ...look('a').endpoint, port } };
  }
});
