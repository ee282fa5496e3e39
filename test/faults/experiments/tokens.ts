// Experiment 12: tokens that end at any request, 200 requests at once refused with 401, and a password that is wrong.
// Rules: one renewal for all of them, no certificate reported as unread for it, a wrong password tried once per check at most.
import { certificateId, issued } from '../../simulator/certificates.ts';
import { DEFAULT_USER } from '../../simulator/cloud.ts';
import type { Random } from '../../support/random.ts';
import { accountOf, createSetting, type Setting } from '../../support/setting.ts';
import type { Experiment, Ledger, Trial } from '../experiment.ts';
import { claim, createLedger, took } from '../support/ledger.ts';
import { type Samples, scrape, scrapeUntil } from '../support/scrape.ts';

const AT_ONCE = 200;

export const tokens: Experiment = {
  name: 'tokens',
  unit: 'expiries',
  rounds: { short: 10, full: 200 },
  async run({ rounds, random, note }: Trial) {
    const ledger = createLedger();
    const setting = await createSetting();
    try {
      const ids = Array.from({ length: AT_ONCE }, (_, n) => certificateId(n + 1));
      for (const id of ids) setting.cloud.put(issued({ id, daysLeft: 300 }));
      const account = {
        ...accountOf(setting.cloud, setting.workspace),
        concurrency: AT_ONCE,
        requestsPerSecond: 100_000,
        timeout: '20s',
      };
      setting.configure(ids, { accounts: [account] });
      const program = setting.start();
      const url = await program.url();
      await scrapeUntil(url, (samples) => complete(samples) >= 1, { what: 'a first complete check' });
      for (; ledger.rounds < rounds; ledger.rounds += 1) {
        note(`${ledger.rounds} of ${rounds}`);
        // Every other time all 200 are under way; else the token ends after any number of requests.
        await expire(setting, {
          atOnce: ledger.rounds % 2 === 0 ? AT_ONCE : 1 + random.below(AT_ONCE - 1),
          url,
          ledger,
        });
      }
      const tries = await refusePassword({ setting, url, ledger, random });
      program.kill('SIGTERM');
      await program.ended;
      return { ...ledger, facts: `one renewal for each; a wrong password was tried ${tries}` };
    } finally {
      await setting.close();
    }
  },
};

/** Ends the token while so many requests wait for their answers. */
async function expire(setting: Setting, of: { atOnce: number; url: string; ledger: Ledger }): Promise<void> {
  const { cloud } = setting;
  const { atOnce, url, ledger } = of;
  const issuedBefore = cloud.iam.tokensIssued;
  let release: () => void = () => undefined;
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  const planned = cloud.fail({ kind: 'hold', until }, { on: 'scm', times: 'always' });
  await cloud.waitFor(() => cloud.inFlight >= atOnce, { timeoutMs: 60_000 });
  const before = await scrape(url);
  const startedMs = performance.now();
  cloud.revokeTokens();
  planned.clear();
  release();
  const after = await scrapeUntil(url, (samples) => complete(samples) >= complete(before) + 2, {
    what: 'two complete checks',
  });
  took(ledger, performance.now() - startedMs);
  const renewals = cloud.iam.tokensIssued - issuedBefore;
  claim(ledger, renewals === 1, `${renewals} renewals for ${atOnce} requests refused at once`);
  ledger.doubled += Math.max(0, renewals - 1);
  claim(ledger, unread(after) === 0, `${unread(after)} certificates are down after the renewal`);
}

/** Makes the password wrong; resolves with how often it was tried, in words. */
async function refusePassword(of: {
  setting: Setting;
  url: string;
  ledger: Ledger;
  random: Random;
}): Promise<string> {
  const { setting, url, ledger } = of;
  const { cloud, workspace } = setting;
  cloud.settings.lockAfter = 1_000;
  workspace.writeSecret('iam-password', 'another password');
  const before = await scrape(url);
  cloud.revokeTokens();
  const after = await scrapeUntil(url, (samples) => failed(samples) >= failed(before) + 3, {
    what: 'three failed checks',
  });
  const checks = ended(after) - ended(before) + 1;
  const tries = cloud.iam.passwordsRefused;
  claim(
    ledger,
    tries >= 1 && tries <= checks,
    `a wrong password was tried ${tries} times in ${checks} checks`,
  );
  workspace.writeSecret('iam-password', DEFAULT_USER.password);
  await scrapeUntil(url, (samples) => complete(samples) > complete(after), {
    what: 'a complete check with the right password',
  });
  return `${tries} times in ${checks} checks`;
}

function checksOf(result: string): (samples: Samples) => number {
  return (samples) => samples.get(`ccm_monitor_checks_total{result="${result}"}`) ?? 0;
}
const complete = checksOf('complete');
const failed = checksOf('failed');
const partial = checksOf('partial');

function ended(samples: Samples): number {
  return complete(samples) + failed(samples) + partial(samples);
}

function unread(samples: Samples): number {
  return [...samples].filter(([name, value]) => name.startsWith('ccm_certificate_up{') && value === 0).length;
}
