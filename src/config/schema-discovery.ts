// Discovery: which certificates of an account are watched without being named, and what holds for those. Pure.
import * as z from 'zod';
import { MINUTE_MS } from '../shared/time.ts';
import { DEFAULTS } from './defaults.ts';
import { flag, list, mapping, matching } from './leaves.ts';
import { duration, label } from './values.ts';

/** A pattern over names: `*` for any run of characters, `?` for one. */
export function glob(example: string) {
  return matching({
    pattern: /^[^\p{Cc}\s][^\p{Cc}]{0,252}$/u,
    what: `a pattern of 1 to 253 characters such as "${example}"; * stands for any run of characters, ? for one`,
    examples: [example],
  });
}

const filters = mapping({
  statuses: list(label('a status'), { what: 'statuses' })
    .prefault([])
    .describe('Only certificates that are found with one of these; all by default.'),
  domains: list(glob('*.example.com'), { what: 'patterns of domains' })
    .prefault([])
    .describe('Only certificates of which a name matches one of these; all by default.'),
  enterpriseProject: label('the id of an enterprise project')
    .optional()
    .describe('Only those of this enterprise project; all by default.'),
  shared: flag().prefault(false).describe('Also certificates that others share with the account.'),
  exclude: mapping({
    ids: list(label('an id'), { what: 'certificate ids' }).prefault([]).describe('By their ids.'),
    domains: list(glob('*.test.example.com'), { what: 'patterns of domains' })
      .prefault([])
      .describe('Of which every name matches one of these.'),
    names: list(glob('tmp-*'), { what: 'patterns of names' }).prefault([]).describe('By their names in CCM.'),
  })
    .prefault({})
    .describe('What is not watched all the same.'),
  every: duration({ minMs: MINUTE_MS })
    .prefault(DEFAULTS.discoverEvery)
    .describe('How often the account is listed, with the check that comes then.'),
});

/** `true`, `false`, or which. */
export const discover = z
  .union([z.boolean(), filters], {
    error: `must be true, false, or a mapping with keys out of ${Object.keys(filters.shape).join(', ')}`,
  })
  .prefault(false)
  .describe('Watch the certificates of the account without naming them: true for all, or a choice.');

export const match = mapping({
  account: label('an account').optional().describe('Name of the account.'),
  domain: glob('*.example.com').optional().describe('Pattern that one of its names matches.'),
  name: glob('shop-*').optional().describe('Pattern of its name in CCM.'),
  brand: glob('GEOTRUST').optional().describe('Pattern of its brand.'),
  project: label('the id of an enterprise project').optional().describe('Id of its enterprise project.'),
}).describe('What a certificate must be for the rule to hold; all that is written counts.');
