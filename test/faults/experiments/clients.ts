// Hostile clients on the HTTP port: malformed requests, connections that say nothing or a byte now and then, headers
// without end, wrong passwords. Rules: no crash, memory bounded (+64 MiB), every honest scrape answered, p99 below 250 ms.
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { certificateId, issued } from '../../simulator/certificates.ts';
import type { Random } from '../../support/random.ts';
import { createSetting } from '../../support/setting.ts';
import type { Experiment, Trial } from '../experiment.ts';
import { inLanes } from '../support/lanes.ts';
import { claim, createLedger, took } from '../support/ledger.ts';
import { residentMiB } from '../support/memory.ts';
import { isPrompt, quantile, startPoll } from '../support/scrape.ts';

const PROMPT_MS = 250;
const GROWTH_MIB = 64;
const AT_ONCE = 20;
/** How long a client that says too little is kept on. */
const SLOW_MS = 300;
const PASSWORD = 'right horse';

export const clients: Experiment = {
  name: 'clients',
  unit: 'hostile clients',
  rounds: { short: 400, full: 20_000 },
  async run({ rounds, random, note }: Trial) {
    const ledger = createLedger();
    const setting = await createSetting();
    try {
      const ids = Array.from({ length: 100 }, (_, n) => certificateId(n + 1));
      for (const id of ids) setting.cloud.put(issued({ id, daysLeft: 300 }));
      const webConfigFile = join(setting.workspace.folder, 'web.yaml');
      writeFileSync(webConfigFile, `basic_auth_users:\n  alice: ${hashSync(PASSWORD, 10)}\n`);
      setting.configure(ids, { http: { host: '127.0.0.1', port: 0, probePort: 0, webConfigFile } });
      const program = setting.start();
      const url = await program.url();
      await program.waitForLine(({ msg }) => msg.startsWith('Check complete'), 60_000);
      const headers = { Authorization: `Basic ${Buffer.from(`alice:${PASSWORD}`).toString('base64')}` };
      await fetch(`${url}/metrics`, { headers });
      const beforeMiB = residentMiB(program.pid);
      const poll = await startPoll(url, { headers, everyMs: 50 });
      let peakMiB = beforeMiB;
      const port = Number(new URL(url).port);
      const attacks = Array.from({ length: rounds }, () => attackOf(random));
      await inLanes(attacks, AT_ONCE, async (attack, index) => {
        await visit(port, attack);
        ledger.rounds += 1;
        if (index % 50 !== 0) return;
        note(`${index} of ${rounds}`);
        peakMiB = Math.max(peakMiB, residentMiB(program.pid));
      });
      const times = await poll.stop();
      for (const ms of times.ours) took(ledger, ms);
      ledger.faults.push(...times.errors);
      const figures = `p99 of the others ${quantile(times.ours, 0.99).toFixed(0)} ms in ${times.ours.length} scrapes, a bare server beside it ${quantile(times.bare, 0.99).toFixed(0)} ms; ${(peakMiB - beforeMiB).toFixed(0)} MiB more at the peak`;
      claim(ledger, isPrompt(times, PROMPT_MS), figures);
      claim(ledger, peakMiB - beforeMiB <= GROWTH_MIB, figures);
      claim(ledger, times.ours.length > 0, 'no honest scrape was made');
      program.kill('SIGTERM');
      claim(ledger, (await program.ended).code === 0, 'the program did not end well');
      return { ...ledger, facts: figures };
    } finally {
      await setting.close();
    }
  },
};

interface Attack {
  readonly text: string;
  /** A byte at a time, or all at once. */
  readonly slow: boolean;
}

function attackOf(random: Random): Attack {
  const noise = Array.from({ length: 200 }, () => String.fromCharCode(random.below(256))).join('');
  const wrong = Buffer.from(`alice:wrong ${random.below(50)}`).toString('base64');
  const attacks: readonly [Attack, ...Attack[]] = [
    { text: noise, slow: false },
    { text: `GET / HTTP/1.1\r\nHost: x\r\nX-Big: ${'a'.repeat(40_000)}\r\n\r\n`, slow: false },
    { text: `GET /${'a'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, slow: false },
    { text: `GET / HTTP/1.1\r\nHost: x\r\n${'A: b\r\n'.repeat(6_000)}\r\n`, slow: false },
    { text: 'GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: ', slow: true },
    { text: '', slow: true },
    { text: 'POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nabc', slow: true },
    {
      text: 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nffffffff\r\n',
      slow: false,
    },
    {
      text: `GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${wrong}\r\nConnection: close\r\n\r\n`,
      slow: false,
    },
    {
      text: `GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${'A'.repeat(10_000)}\r\nConnection: close\r\n\r\n`,
      slow: false,
    },
    {
      text: 'GET /%ff%00/../../etc/passwd?page=-1e999&page=%E0%A4%A HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n',
      slow: false,
    },
    { text: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', slow: false },
    { text: `${'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(100)}`, slow: false },
  ];
  return random.pick(attacks);
}

/** Says its text and reads nothing back for long: a hostile client leaves when it likes. */
async function visit(port: number, { text, slow }: Attack): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => socket.destroy());
  socket.resume();
  if (!slow) socket.write(text, 'latin1');
  else drip(socket, text);
  const timer = setTimeout(() => socket.destroy(), SLOW_MS * (slow ? 10 : 1));
  await closed;
  clearTimeout(timer);
}

function drip(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.writable) socket.write(text[at] ?? 'x');
    at += 1;
  }, SLOW_MS / 10);
  socket.once('close', () => clearInterval(timer));
}
