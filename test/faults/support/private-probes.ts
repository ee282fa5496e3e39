// Part of the experiment `endpoints`: names out of certificates that lead inside are never connected to; the same names are, where the configuration has them.
import { certificateId, issued } from '../../simulator/certificates.ts';
import { createSetting } from '../../support/setting.ts';
import type { Ledger } from '../experiment.ts';
import { claim } from './ledger.ts';
import { environmentFor, PRIVATE_NAMES } from './private-names.ts';
import { checksIn, scrape, scrapeUntil } from './scrape.ts';
import { startStranger } from './stranger.ts';

/** Names that are no hosts to look at: nothing is even resolved. */
const NO_HOSTS = ['localhost', '127.0.0.1', '10.0.0.1', '*.inside.example', '[::1]', '0x7f.1'];

/** Resolves with what was tried, and how many connections came of it. */
export async function connectToNobodyInside(ledger: Ledger): Promise<string> {
  const listener = await startStranger();
  const setting = await createSetting();
  try {
    const hosts = Object.keys(PRIVATE_NAMES);
    const ids = hosts.map((domain, n) => {
      const sans = [domain, ...NO_HOSTS].join(';');
      return setting.cloud.put({ ...issued({ id: certificateId(n), domain, daysLeft: 300 }), sans }).id;
    });
    const probes = { timeout: '2s', concurrency: 100, perSecond: 1_000 };
    const configure = (probeOf: (n: number) => unknown) =>
      setting.configure([], { certificates: ids.map((id, n) => ({ id, probe: probeOf(n) })), probes });
    configure(() => 'auto');
    const port = Number(new URL(listener.origin).port);
    const program = setting.start({ env: environmentFor(setting.workspace.folder, port) });
    const url = await program.url();
    await scrapeUntil(url, (now) => checksIn(now) >= 3, { what: 'three checks' });
    const { certificates }: { certificates: readonly Shown[] } = JSON.parse(
      await (await fetch(`${url}/api/v1/certificates?limit=1000`)).text(),
    );
    for (const { domain, endpoints } of certificates) {
      const reasons = endpoints.map(({ endpoint, failure }) => `${endpoint} ${failure?.reason}`);
      const isRefused = reasons.join() === `${domain}:443 refused_address`;
      claim(ledger, isRefused, `${domain}: looked at as ${reasons.join(', ')}`);
    }
    claim(ledger, certificates.length === hosts.length, `${certificates.length} of them are shown`);
    const connections = listener.connections();
    claim(ledger, connections === 0, `${connections} connections to the inside`);
    ledger.leaked += connections;

    // The listener would have seen them: the same names are connected to where the configuration has them.
    configure((n) => [`${hosts[n]}:443`]);
    await program.waitForLine(({ msg }) => msg.includes('was read again'), 60_000);
    const before = checksIn(await scrape(url));
    await scrapeUntil(url, (now) => checksIn(now) >= before + 2, { what: 'two more checks' });
    const met = listener.connections() - connections;
    claim(ledger, met >= hosts.length, `of ${hosts.length} that are configured ${met} were connected to`);
    return `${connections} connections by ${hosts.length} names of private addresses`;
  } finally {
    await setting.close();
    await listener.close();
  }
}

interface Shown {
  readonly domain: string;
  readonly endpoints: readonly { readonly endpoint: string; readonly failure: { reason: string } | null }[];
}
