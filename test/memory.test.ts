// What the running program knows: the state's copy, and what of it is shown.
import { describe, expect, test } from '@jest/globals';
import { judge } from '../src/alerts/judge.ts';
import type { Reading } from '../src/certificates/reading.ts';
import { createMemory } from '../src/memory.ts';
import { DAY_MS } from '../src/shared/time.ts';
import type { Snapshot } from '../src/state/store.ts';
import {
  ACCOUNT,
  alert,
  configured,
  ID,
  NOW,
  POLICY,
  readFailed,
  readOk,
  watchAfter,
} from './support/factories.ts';

const MARKS = {
  lastCheckMs: 1,
  lastCompleteCheckMs: null,
  nextCheckMs: null,
  checkCron: null,
  nextSummaryMs: null,
  summaryCron: null,
};
const KEY = { account: ACCOUNT, id: ID };
const SNAPSHOT: Snapshot = {
  watches: [watchAfter([NOW, readOk({ notAfterMs: NOW + DAY_MS })])],
  alerts: [alert(), alert({ kind: 'revoked', ended: { atMs: NOW, ending: { how: 'gone' }, told: 'told' } })],
  marks: MARKS,
};

function judged(reading: Reading, id = ID) {
  return judge({
    configured: configured({ id }),
    reading,
    remembered: { watch: null, alerts: [], silence: null },
    policy: POLICY,
    to: [],
    nowMs: NOW,
  });
}

describe('the memory', () => {
  test('shows what is configured, as it was known, judged now', () => {
    const memory = createMemory(SNAPSHOT);
    memory.configure([configured({ alias: 'shop' }), configured({ id: 'new' })], NOW);
    expect(memory.shown()).toMatchObject([
      { id: ID, alias: 'shop', up: true, lastSuccessMs: NOW, findings: [{ kind: 'expiring' }] },
      { id: 'new', up: null, certificate: null, lastSuccessMs: null, findings: [] },
    ]);
    expect(memory.shown()).toBe(memory.shown());
  });

  test('counts alerts that last, of configured certificates', () => {
    const memory = createMemory(SNAPSHOT);
    expect(memory.activeAlerts()).toEqual([]);
    memory.configure([configured()], NOW);
    expect(memory.activeAlerts().map(({ kind }) => kind)).toEqual(['expired']);
    memory.configure([], NOW);
    expect(memory.activeAlerts()).toEqual([]);
  });

  test('takes in what was committed, with the threads of its alerts', () => {
    const memory = createMemory({ watches: [], alerts: [], marks: MARKS });
    memory.configure([configured()], NOW);
    const judgement = judged(readOk({ status: 'REVOKED' }));
    const threads = judgement.alerts.map((one) => ({ ...one, threads: { 'a@x': '<1@x>' } }));
    memory.advance([judgement], new Map([[`${ACCOUNT}\u0000${ID}`, threads]]), { lastCheckMs: 5 });
    expect(memory.remembered(KEY)).toEqual({ watch: judgement.watch, alerts: threads, silence: null });
    expect(memory.marks).toEqual({ ...MARKS, lastCheckMs: 5 });
    memory.advance([{ ...judgement, alerts: [] }], new Map(), {});
    expect(memory.remembered(KEY).alerts).toEqual([]);
  });

  test('shows a reading whether it could be written or not, and forgets none of it at the next configuration', () => {
    const memory = createMemory({ watches: [], alerts: [], marks: MARKS });
    memory.configure([configured()], NOW);
    memory.show(judged(readFailed()));
    expect(memory.shown()).toMatchObject([{ up: false, failure: { reason: 'timeout' } }]);
    expect(memory.remembered(KEY).watch).toBeNull();
  });

  test('does not show a reading of a certificate that left the configuration meanwhile', () => {
    const memory = createMemory(SNAPSHOT);
    memory.configure([configured({ id: 'stays' })], NOW);
    memory.show(judged(readOk()));
    expect(memory.shown().map(({ id }) => id)).toEqual(['stays']);
  });

  test('recalls from the state what comes back into the configuration', () => {
    const memory = createMemory(SNAPSHOT);
    memory.configure([], NOW);
    expect(memory.remembered(KEY)).toMatchObject({ watch: null, alerts: [] });
    expect([memory.lacking([]), memory.lacking([KEY])]).toEqual([[], [KEY]]);
    memory.configure([configured()], NOW, SNAPSHOT);
    expect(memory.lacking([KEY])).toEqual([]);
    expect(memory.remembered(KEY)).toMatchObject({
      watch: { id: ID },
      alerts: [{ kind: 'expired' }, { kind: 'revoked' }],
    });
  });

  test('says which certificates have left, and shows one that was put away as not read yet', () => {
    const memory = createMemory(SNAPSHOT);
    expect(memory.configure([], NOW)).toEqual(SNAPSHOT.watches);
    expect(memory.configure([], NOW)).toEqual([]);
    const watches = SNAPSHOT.watches.map((watch) => ({ ...watch, up: false }));
    memory.configure([configured()], NOW, { ...SNAPSHOT, watches });
    expect(memory.shown()).toMatchObject([{ id: ID, up: null, lastSuccessMs: NOW }]);
  });

  test('knows the silences that the state holds now', () => {
    const memory = createMemory(SNAPSHOT);
    const silence = { ...KEY, untilMs: NOW, reason: null, createdAtMs: NOW, baseline: null };
    memory.setSilences([silence]);
    expect([memory.silences(), memory.remembered(KEY).silence]).toEqual([[silence], silence]);
    memory.setSilences([]);
    expect(memory.remembered(KEY).silence).toBeNull();
  });
});
