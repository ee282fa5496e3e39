// Which listed certificates are watched, and what holds for them.
import { describe, expect, test } from '@jest/globals';
import type { ListedCertificate } from '../src/certificates/listed.ts';
import { discoveredConfig, isChosen } from '../src/choose.ts';
import type { DiscoverConfig, RuleConfig } from '../src/config/config.ts';
import { DAY_MS } from '../src/shared/time.ts';
import { ACCOUNT, config, configured, listed, THRESHOLDS } from './support/factories.ts';

const EVERYTHING: DiscoverConfig = {
  statuses: [],
  domains: [],
  enterpriseProject: null,
  shared: false,
  exclude: { ids: [], domains: [], names: [] },
};
const [NO, KEPT, FOUND] = [
  { found: false, kept: false },
  { found: false, kept: true },
  { found: true, kept: true },
];
const exclude = (facts: Partial<DiscoverConfig['exclude']>) => ({
  exclude: { ...EVERYTHING.exclude, ...facts },
});

describe('a listed certificate is chosen', () => {
  const two = { domain: 'www.example.com', sans: ['shop.example.org'] };
  const nameless = { domain: null, sans: [], name: null };
  test.each<[string, Partial<DiscoverConfig>, Partial<ListedCertificate>, typeof NO]>([
    ['where nothing is asked for', {}, {}, FOUND],
    ['where nothing is asked for, without any name', {}, nameless, FOUND],
    ['by its status', { statuses: ['EXPIRED', 'ISSUED'] }, {}, FOUND],
    ['not by another, but stays', { statuses: ['EXPIRED'] }, {}, KEPT],
    ['not by none, but stays', { statuses: ['ISSUED'] }, { status: null }, KEPT],
    ['by its domain, in any case', { domains: ['*.EXAMPLE.com'] }, { domain: 'Www.Example.Com' }, FOUND],
    ['by one of its further names', { domains: ['*.org'] }, two, FOUND],
    ['not by a domain that it has not', { domains: ['*.net'] }, two, NO],
    ['not by a domain where it has no name', { domains: ['*'] }, nameless, NO],
    ['by its project', { enterpriseProject: 'p1' }, { enterpriseProjectId: 'p1' }, FOUND],
    ['where a list of one project leaves it out', { enterpriseProject: 'p1' }, {}, FOUND],
    ['not in another project', { enterpriseProject: 'p1' }, { enterpriseProjectId: 'p2' }, NO],
    ['not where its id is excluded', exclude({ ids: ['scs1'] }), { id: 'scs1' }, NO],
    ['not where its name is', exclude({ names: ['tmp-*'] }), { name: 'TMP-1' }, NO],
    ['where it has no name to be excluded by', exclude({ names: ['*'] }), nameless, FOUND],
    ['not where all its domains are excluded', exclude({ domains: ['*.com', '*.org'] }), two, NO],
    ['where only some of them are', exclude({ domains: ['*.com'] }), two, FOUND],
    ['where it has no domain to be excluded by', exclude({ domains: ['*'] }), nameless, FOUND],
    [
      'not where it is excluded, whatever else says so',
      { domains: ['*'], ...exclude({ ids: ['scs1'] }) },
      { id: 'scs1' },
      NO,
    ],
  ])('%s', (_title, choice, facts, expected) => {
    expect(isChosen(listed(facts), { ...EVERYTHING, ...choice })).toEqual(expected);
  });
});

describe('what holds for a discovered certificate', () => {
  const ANY: RuleConfig['match'] = { account: null, domain: null, name: null, brand: null, project: null };
  const thresholds = { ...THRESHOLDS, stuckMs: DAY_MS };
  const rule = (owner: string, match: Partial<RuleConfig['match']>): RuleConfig => ({
    match: { ...ANY, ...match },
    owner,
    runbook: `https://runbooks.example/${owner}`,
    recipients: [`${owner}@example.com`],
    thresholds,
    probe: [],
  });
  const [account] = config([configured()]).accounts;
  if (account === undefined) throw new Error('there is an account');

  test.each<[string, Partial<RuleConfig['match']>, Partial<ListedCertificate>, boolean]>([
    ['a rule that asks for nothing', {}, {}, true],
    ['its account', { account: ACCOUNT }, {}, true],
    ['another account', { account: 'other' }, {}, false],
    ['one of its names', { domain: '*.org' }, { sans: ['a.org'] }, true],
    ['its domain', { domain: 'www.*' }, { sans: [] }, true],
    ['none of its names', { domain: '*.net' }, {}, false],
    ['its name', { name: 'scm-*' }, {}, true],
    ['no name', { name: '*' }, { name: null }, false],
    ['its brand', { brand: 'geo*' }, {}, true],
    ['no brand', { brand: '*' }, { brand: null }, false],
    ['its project', { project: 'p1' }, { enterpriseProjectId: 'p1' }, true],
    ['a project that is not known', { project: 'p1' }, {}, false],
    ['only some of what is asked for', { domain: 'www.*', name: 'other' }, {}, false],
  ])('is that of %s', (_title, match, facts, matches) => {
    const settings = config([], { rules: [rule('shop', match)] });
    const found = discoveredConfig(listed({ id: 'scs1', ...facts }), account, settings);
    expect(found).toEqual({
      account: ACCOUNT,
      id: 'scs1',
      alias: null,
      ...(matches
        ? {
            owner: 'shop',
            runbook: 'https://runbooks.example/shop',
            recipients: ['shop@example.com'],
            thresholds,
            probe: [],
          }
        : { owner: null, runbook: null, recipients: [], thresholds: THRESHOLDS, probe: 'guess' }),
    });
  });

  test('is that of the first rule that matches', () => {
    const rules = [rule('none', { name: 'other' }), rule('first', {}), rule('second', {})];
    expect(discoveredConfig(listed(), account, config([], { rules })).owner).toBe('first');
  });
});
