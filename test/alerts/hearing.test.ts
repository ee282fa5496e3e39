// Which alerts nobody can have heard of, and what that takes back.
import { describe, expect, test } from '@jest/globals';
import { unheardOf, withoutTelling } from '../../src/alerts/hearing.ts';
import { alert, mail, NOW, notice } from '../support/factories.ts';

const threads = { 'a@x': '<1@x>', 'b@x': '<2@x>' };
const waitsFor = (recipient: string, facts: Parameters<typeof notice>[1] = {}) => ({
  mail: mail({ recipient, content: { type: 'notices', notices: [notice({}, facts)] } }),
});

describe('an alert', () => {
  test.each<[string, Parameters<typeof unheardOf>[0], Readonly<Record<string, string>>, boolean]>([
    [
      'nobody has heard of where its first notice waits for all',
      [waitsFor('a@x'), waitsFor('b@x')],
      threads,
      true,
    ],
    ['is heard of where one has it', [waitsFor('a@x')], threads, false],
    ['is heard of where none waits', [], threads, false],
    [
      'is heard of where only a reminder waits',
      [waitsFor('a@x', { change: 'reminder' })],
      { 'a@x': '<1@x>' },
      false,
    ],
    [
      'is heard of where what waits is of another kind',
      [waitsFor('a@x', { kind: 'revoked' })],
      { 'a@x': '<1@x>' },
      false,
    ],
    ['that was told to nobody is none that nobody heard of', [waitsFor('a@x')], {}, false],
    [
      'is heard of where what waits tells of no alert',
      [{ mail: mail({ recipient: 'a@x', content: { type: 'test', atMs: NOW } }) }],
      { 'a@x': '<1@x>' },
      false,
    ],
  ])('%s', (_title, waiting, known, unheard) => {
    expect(unheardOf(waiting)(alert({ threads: known }))).toBe(unheard);
  });

  test('of which nobody heard loses that telling, and no other', () => {
    const told = alert({
      toldAtMs: NOW,
      toldRungMs: 1,
      toldReminderMs: 2,
      tellings: [NOW - 1, NOW],
      threads,
    });
    expect(withoutTelling(told)).toEqual({
      ...told,
      toldAtMs: null,
      toldRungMs: null,
      toldReminderMs: null,
      tellings: [NOW - 1],
      threads: {},
    });
  });
});
