// The program and the model tell the same in random histories; `npm run model` compares a million of them.
import { describe, expect, test } from '@jest/globals';
import { DAY_MS } from '../../src/shared/time.ts';
import { NOW } from '../support/factories.ts';
import { mismatchOf, mismatchText } from './compare.ts';
import { type History, historyOf } from './history.ts';
import { check, start } from './model.ts';

const HISTORIES = 2_000;

describe('the reference model', () => {
  test('tells what the program tells, to the same people, in two thousand random histories', () => {
    const seeds = Array.from({ length: HISTORIES }, (_, index) => index + 1);
    const different = seeds.filter((seed) => mismatchOf(historyOf(seed)) !== null);
    expect(different.slice(0, 3).map((seed) => mismatchText(seed, historyOf(seed)))).toEqual([]);
  });

  test('makes the same history of the same seed, and histories that tell something', () => {
    expect(historyOf(7)).toEqual(historyOf(7));
    const { steps, to, recipients } = historyOf(7);
    expect(steps.length).toBeGreaterThan(1);
    const memory = start(NOW);
    const told = steps.flatMap(({ seen, rules, atMs }) => check(memory, seen, rules, atMs));
    expect([told.length > 0, to.length + recipients.length > 0]).toEqual([true, true]);
  });

  test('is heard when it differs: a mismatch is shown as the shortest history, a line per check', () => {
    const history = historyOf(7);
    const [first] = history.steps;
    if (first === undefined) throw new Error('a history has steps');
    // The model keeps no order of rungs; the program is given its ladder longest first, so here it goes wrong.
    const rules = { ...first.rules, ladder: [DAY_MS, 30 * DAY_MS], kinds: ['expiring' as const] };
    const seen = (days: number) => ({
      ...first,
      atMs: NOW - days * DAY_MS,
      seen: { status: 'ISSUED', notAfter: NOW },
      rules,
      silenceUntilMs: null,
    });
    const wrong: History = {
      to: ['one@example.com'],
      recipients: [],
      steps: [seen(20), seen(10), seen(0.5)],
    };
    expect(mismatchOf(wrong)?.model).toEqual(['one@example.com: rung 1d expiring']);
    expect(mismatchText(7, wrong).split('\n')).toEqual([
      'Seed 7',
      '-10d ISSUED ends 0d',
      expect.stringContaining('ladder 1 30'),
      '-0.5d ISSUED ends 0d',
      '  program:   nothing',
      '  model:     one@example.com: rung 1d expiring',
    ]);
  });
});
