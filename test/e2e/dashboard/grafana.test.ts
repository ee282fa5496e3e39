// The dashboard fits the model that Grafana's makers publish: every key, every word of an enumeration, every type.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { DASHBOARD_FILE } from './dashboard-file.ts';
import { complaintsOfGrafanasModel } from './grafana.ts';

const json = readFileSync(DASHBOARD_FILE, 'utf8');

describe("Grafana's model of a dashboard", () => {
  test('has every key and word of ours', () => {
    expect(complaintsOfGrafanasModel(JSON.parse(json))).toBe('');
  });

  test.each([
    { what: 'a key that no panel has', was: '"gridPos"', is: '"gridPosition"', said: 'gridPosition' },
    {
      what: 'an option that a stat does not have',
      was: '"graphMode"',
      is: '"graphsMode"',
      said: 'graphsMode',
    },
    {
      what: 'a word that a table does not know',
      was: '"type": "color-background"',
      is: '"type": "coloured"',
      said: 'coloured',
    },
    { what: 'a setting that a graph does not have', was: '"lineWidth"', is: '"lineWide"', said: 'lineWide' },
    {
      what: 'a wrong type',
      was: '"schemaVersion": 38',
      is: '"schemaVersion": "38"',
      said: "Type 'string' is not assignable to type 'number'",
    },
    {
      what: 'an order of the tooltip that is none',
      was: '"sort": "desc"',
      is: '"sort": "down"',
      said: '"down"',
    },
  ])('is strict enough to refuse $what', ({ was, is, said }) => {
    expect(json).toContain(was);
    expect(complaintsOfGrafanasModel(JSON.parse(json.replace(was, is)))).toContain(said);
  });
});
