// The accounts section: where the cloud is and how we sign in. Pure.
import * as z from 'zod';
import { MINUTE_MS, SECOND_MS } from '../shared/time.ts';
import { DEFAULTS } from './defaults.ts';
import { list, mapping, matching, number } from './leaves.ts';
import { discover } from './schema-discovery.ts';
import { duration, endpointUrl, filePath, label, utcOffset } from './values.ts';

const SECRET_EXPECTED =
  'must be { file: PATH } or { env: NAME }: a secret is never written in the configuration';

/** Where a secret stands: the only form in which one can be configured. */
export function secret(what: string) {
  const file = mapping({
    file: filePath('a file with the secret').describe(
      'File that holds the secret; read each time it is used, one trailing newline dropped.',
    ),
  });
  const env = mapping({
    env: matching({
      pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
      what: 'the name of an environment variable',
    }).describe('Environment variable that holds the secret.'),
  });
  return z
    .union([file, env], { error: SECRET_EXPECTED })
    .describe(`${what}: { file: PATH } or { env: NAME }, never the secret itself.`);
}

export function accountName() {
  return matching({
    pattern: /^[A-Za-z0-9._-]{1,63}$/,
    what: 'a name of 1 to 63 characters out of A-Z, a-z, 0-9, ".", "_" and "-"',
  });
}

const scope = z
  .union(
    [
      z.literal('domain'),
      mapping({
        project: label('a project').describe('Name of the project, usually the region, e.g. cn-north-4.'),
      }),
    ],
    { error: 'must be domain or { project: NAME }' },
  )
  .prefault('domain')
  .describe('What the token is good for: the whole domain (CCM is a global service), or one project.');

const passwordCredentials = mapping({
  type: z.literal('password').describe('A user of IAM: a token is fetched and renewed.'),
  iamEndpoint: endpointUrl('https://iam.cn-north-4.myhuaweicloud.com').describe(
    'Base URL of IAM, of the same site as the endpoint.',
  ),
  domainName: label('a domain name').describe('Name of the account (domain) that the user belongs to.'),
  userName: label('a user name').describe('Name of the IAM user; read-only permission is enough.'),
  password: secret('Password of the IAM user'),
  scope,
});

const accessKeyCredentials = mapping({
  type: z.literal('access-key').describe('Every request is signed; there is nothing to renew.'),
  accessKey: secret('Access key (AK)'),
  secretKey: secret('Secret key (SK)'),
  securityToken: secret('Security token of temporary keys').optional(),
});

const tokenCredentials = mapping({
  type: z.literal('token').describe('A token that something else makes and renews.'),
  token: secret('The token (X-Auth-Token)'),
});

const credentials = z
  .discriminatedUnion('type', [passwordCredentials, accessKeyCredentials, tokenCredentials], {
    error: 'must be credentials whose type is password, access-key or token',
  })
  .describe('How the monitor signs in: password, access-key or token.');

const account = mapping({
  name: accountName()
    .prefault(DEFAULTS.accountName)
    .describe('Name of the account in metrics and mails (label account); unique.'),
  endpoint: endpointUrl('https://scm.cn-north-4.myhuaweicloud.com').describe(
    'Base URL of the SCM API; one endpoint serves all regions of its site.',
  ),
  utcOffset: utcOffset().prefault(DEFAULTS.utcOffset).describe("Zone of the API's times, which carry none."),
  credentials,
  requestsPerSecond: number({ min: 0.1, max: 100_000, whole: false })
    .prefault(DEFAULTS.requestsPerSecond)
    .describe('Most requests a second to this account.'),
  concurrency: number({ min: 1, max: 1_000 })
    .prefault(DEFAULTS.concurrency)
    .describe('Most requests under way at once.'),
  timeout: duration({ minMs: SECOND_MS, maxMs: 5 * MINUTE_MS, range: 'from 1s to 5m' })
    .prefault(DEFAULTS.requestTimeout)
    .describe('Total deadline of one request.'),
  caFile: filePath('a PEM file')
    .optional()
    .describe('PEM file with certificate authorities to trust in addition.'),
  discover,
  successors: list(accountName(), { what: 'names of accounts' })
    .prefault([])
    .describe('Other accounts in which renewals of its certificates may appear.'),
});

export const accountsSchema = list(account, { what: 'accounts', min: 1 }).describe(
  'Accounts of Huawei Cloud to read from; at least one.',
);
