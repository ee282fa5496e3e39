// Experiment 7: redirects of twenty shapes from SCM and IAM, answers that repeat what they were sent, and a search for
// every planted secret. Rules: a stranger's server gets no byte, and no secret, token or personal value is found in logs,
// mails, metrics, pages, JSON, the calendar or the state.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificateId, issued, PLANTED_PERSONAL_VALUES, revocation } from '../../simulator/certificates.ts';
import { type Cloud, DEFAULT_ACCESS_KEY, DEFAULT_USER } from '../../simulator/cloud.ts';
import type { Program } from '../../support/program.ts';
import { accountOf, createSetting, emailOf, type Setting } from '../../support/setting.ts';
import { TEST_CA_FILE } from '../../support/smtp/test-tls.ts';
import type { Experiment, Trial } from '../experiment.ts';
import { claim, createLedger, took } from '../support/ledger.ts';
import { checksIn as checks, scrape, scrapeUntil } from '../support/scrape.ts';
import { startStranger } from '../support/stranger.ts';

const LOGIN = { user: 'monitor', password: 'planted-smtp-password' };

interface Shape {
  readonly status: number;
  readonly location: string;
}

/** Where a redirect may point: a stranger in every spelling, and the cloud itself. */
export function shapesFor(stranger: string): readonly Shape[] {
  const port = new URL(stranger).port;
  const places = [
    `${stranger}/v3/scm/certificates/x`,
    `//127.0.0.1:${port}/`,
    `http://user:pass@127.0.0.1:${port}/`,
    `http://localhost:${port}/?token=x`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `HTTP://127.1:${port}/`,
    `\\\\127.0.0.1:${port}\\`,
    `https://127.0.0.1:${port}/`,
    '/v3/scm/certificates/elsewhere',
    `javascript:fetch('${stranger}')`,
  ];
  const statuses = [301, 302, 303, 307, 308, 300, 302, 307, 308, 301];
  const shapes = places.map((location, n) => ({ status: statuses[n] ?? 302, location }));
  return [
    ...shapes,
    ...shapes.map(({ status, location }) => ({ status: status === 301 ? 308 : 301, location })),
  ];
}

export const redirects: Experiment = {
  name: 'redirects',
  unit: 'redirects',
  rounds: { short: 20, full: 200 },
  async run({ rounds, note }: Trial) {
    const ledger = createLedger();
    const stranger = await startStranger();
    const setting = await createSetting({ smtp: { login: LOGIN } });
    try {
      const ids = [certificateId(1), certificateId(2)];
      for (const id of ids) setting.cloud.put(issued({ id, daysLeft: 5 }));
      configureTwice(setting, ids);
      const program = setting.start();
      const url = await program.url();
      await scrapeUntil(url, (samples) => checks(samples) >= 1, { what: 'a first check' });
      const shapes = shapesFor(stranger.origin);
      for (; ledger.rounds < rounds; ledger.rounds += 1) {
        note(`${ledger.rounds} of ${rounds}`);
        const shape = shapes[ledger.rounds % shapes.length];
        if (shape === undefined) continue;
        const startedMs = performance.now();
        await meet(setting.cloud, url, shape);
        took(ledger, performance.now() - startedMs);
      }
      const places = await everyPlace({ setting, program, url, ids });
      const secrets = secretsOf(setting.cloud);
      for (const [place, text] of places)
        for (const secret of secrets)
          if (text.includes(secret)) {
            ledger.leaked += 1;
            ledger.faults.push(`${place} holds ${secret.slice(0, 24)}`);
          }
      ledger.leaked += stranger.bytes();
      claim(ledger, setting.smtp.accepted.length > 0, 'no mail was looked at: none came');
      program.kill('SIGTERM');
      await program.ended;
      return {
        ...ledger,
        facts: `${stranger.connections()} connections and ${stranger.bytes()} bytes elsewhere; ${secrets.length} secrets sought in ${places.size} places`,
      };
    } finally {
      await setting.close();
      await stranger.close();
    }
  },
};

/** One account with a password, one with keys: both kinds of secrets go out. */
function configureTwice(setting: Setting, ids: readonly string[]): void {
  const { cloud, workspace, smtp } = setting;
  const { accessKey, secretKey } = DEFAULT_ACCESS_KEY;
  const byPassword = accountOf(cloud, workspace);
  const credentials = {
    type: 'access-key',
    accessKey: workspace.writeSecret('ak', accessKey),
    secretKey: workspace.writeSecret('sk', secretKey),
  };
  const password = workspace.writeSecret('smtp-password', LOGIN.password);
  setting.configure([], {
    accounts: [byPassword, { ...byPassword, name: 'keys', credentials }],
    certificates: ids.map((id, n) => ({ id, account: n === 0 ? 'default' : 'keys' })),
    email: emailOf(smtp, {
      smtp: {
        host: 'localhost',
        port: smtp.port,
        tls: 'starttls',
        caFile: TEST_CA_FILE,
        username: LOGIN.user,
        password,
      },
    }),
    log: { level: 'trace' },
  });
}

/** One redirect of everything, then answers that repeat what was sent; each is met by a whole check. */
async function meet(cloud: Cloud, url: string, { status, location }: Shape): Promise<void> {
  const redirect = cloud.fail({ kind: 'redirect', status, location }, { times: 'always' });
  // The token is asked for anew, so that the password meets the redirect too.
  cloud.revokeTokens();
  await twoChecks(url);
  redirect.clear();
  // Each side can repeat what it was sent, and nothing else.
  const sent = cloud.requests
    .slice(-20)
    .flatMap(({ headers }) => [headers['x-auth-token'], headers['authorization']]);
  const scm = {
    error_code: 'SCM.0001',
    error_msg: `you sent ${sent.filter((text) => text !== undefined).join(' and ')}`,
  };
  const iam = { error: { code: 400, message: `not understood: "password":"${DEFAULT_USER.password}"` } };
  const echoes = [
    cloud.fail({ kind: 'reply', status: 400, body: scm }, { on: 'scm', times: 'always' }),
    cloud.fail({ kind: 'reply', status: 400, body: iam }, { on: 'iam', times: 2 }),
  ];
  cloud.revokeTokens();
  await twoChecks(url);
  for (const echo of echoes) echo.clear();
}

async function twoChecks(url: string): Promise<void> {
  const before = checks(await scrape(url));
  await scrapeUntil(url, (samples) => checks(samples) >= before + 2, { what: 'two more checks' });
}

/** The user's name and the access key are no secrets; what is sent to prove them is. */
function secretsOf(cloud: Cloud): string[] {
  const sent = cloud.requests.flatMap(({ headers }) => [
    headers['x-auth-token'],
    signatureIn(headers['authorization']),
  ]);
  // The beginning alone would betray a token that was cut.
  const tokens = sent
    .filter((text) => typeof text === 'string' && text !== '')
    .map((text) => String(text).slice(24, 64));
  return [
    ...new Set([
      DEFAULT_USER.password,
      DEFAULT_ACCESS_KEY.secretKey,
      LOGIN.password,
      ...PLANTED_PERSONAL_VALUES,
      ...tokens,
    ]),
  ];
}

function signatureIn(header: unknown): string {
  return typeof header === 'string' ? (/Signature=([0-9a-f]{64})/.exec(header)?.[1] ?? '') : '';
}

async function everyPlace(of: {
  setting: Setting;
  program: Program;
  url: string;
  ids: readonly string[];
}): Promise<Map<string, string>> {
  const { setting, program, url, ids } = of;
  // Something to tell, so that a mail goes out after all that was met.
  for (const id of ids) setting.cloud.update(id, revocation());
  await setting.smtp.waitFor((mails) => mails.some(({ raw }) => raw.includes('REVOKED')), {
    timeoutMs: 60_000,
  });
  const places = new Map([
    ['log', program.output()],
    ['mails', decoded(setting)],
  ]);
  const paths = [
    '/',
    '/metrics',
    '/api/v1/certificates',
    '/calendar.ics',
    '/healthz',
    '/readyz',
    ...ids.flatMap((id) => [`/certificates/default/${id}`, `/certificates/keys/${id}`]),
  ];
  for (const path of paths) places.set(path, await (await fetch(url + path)).text());
  for (const name of readdirSync(setting.workspace.folder).filter((file) => file.startsWith('state.db')))
    places.set(name, readFileSync(join(setting.workspace.folder, name), 'latin1'));
  return places;
}

function decoded({ smtp }: Setting): string {
  return smtp.accepted
    .map(({ raw }) =>
      raw
        .replace(/=\r\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    )
    .join('\n');
}
