// SIGKILL at random points over read, commit, send and note: nothing lost, nothing told twice under another Message-ID.
import { describe, expect, test } from '@jest/globals';
import { certificateId, issued, revocation } from '../simulator/certificates.ts';
import { createSetting, type Setting } from '../support/setting.ts';
import { headerOf } from '../support/smtp/stage-server.ts';

/** More by hand and in CI: CCM_KILLS=50 npm test -- kill. */
const KILLS = Number(process.env['CCM_KILLS'] ?? 5);

/** mulberry32: a seed makes the same run again. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How often each certificate was told as revoked, by Message-ID. */
function tellings({ smtp }: Setting, ids: readonly string[]): Map<string, Map<string, number>> {
  const told = new Map(ids.map((id) => [id, new Map<string, number>()]));
  for (const { raw } of smtp.accepted) {
    const messageId = headerOf(raw, 'Message-ID') ?? '';
    const text = raw.replace(/=\r\n/g, '');
    for (const id of ids) {
      if (!text.includes(id)) continue;
      const mails = told.get(id);
      mails?.set(messageId, (mails.get(messageId) ?? 0) + 1);
    }
  }
  return told;
}

describe(`the daemon, killed ${KILLS} times while certificates are revoked`, () => {
  test(
    'loses no mail and tells nothing twice under another Message-ID',
    async () => {
      const seed = Number(process.env['CCM_SEED'] ?? Date.now() % 1_000_000);
      const random = randomOf(seed);
      const setting = await createSetting();
      try {
        const ids = Array.from({ length: KILLS }, (_, n) => certificateId(n + 1));
        for (const id of ids) setting.cloud.put(issued({ id, daysLeft: 300, domain: `${id}.example.com` }));
        setting.smtp.settings.acceptDelayMs = 120;
        setting.configure(ids);
        // What the first start finds is not what is tested: the state begins with everything well.
        const calm = setting.start();
        await calm.waitForLine(({ msg }) => msg.startsWith('Check complete'));
        calm.kill('SIGTERM');
        await calm.ended;

        for (const id of ids) {
          const program = setting.start();
          setting.cloud.update(id, revocation());
          const sends = () => setting.smtp.commands.filter((verb) => verb === 'MAIL').length;
          const seen = sends();
          // Half of the kills while it reads and commits, half while it sends and notes.
          if (random() < 0.5) await program.waitForLine(({ msg }) => msg.startsWith('Listening'));
          else await setting.smtp.waitFor(() => sends() > seen, { timeoutMs: 20_000 });
          await new Promise((resolve) => setTimeout(resolve, random() * 250));
          program.kill('SIGKILL');
          await program.ended;
        }
        const last = setting.start();
        await setting.smtp.waitFor(
          () => [...tellings(setting, ids).values()].every((mails) => mails.size > 0),
          { timeoutMs: 30_000 },
        );
        const url = await last.url();
        for (;;) {
          const metrics = await (await fetch(`${url}/metrics`)).text();
          if (metrics.includes('ccm_monitor_outbox_mails{state="waiting"} 0')) break;
        }
        last.kill('SIGTERM');
        expect((await last.ended).code).toBe(0);

        const told = [...tellings(setting, ids).values()];
        const lost = told.filter((mails) => mails.size === 0).length;
        const doubled = told.filter((mails) => mails.size > 1).length;
        const messageIds = setting.smtp.accepted.map(({ raw }) => headerOf(raw, 'Message-ID'));
        const copies = messageIds.length - new Set(messageIds).size;
        process.stderr.write(
          `kills ${KILLS}, seed ${seed}: ${lost} lost, ${doubled} told twice, ${copies} copies under the same Message-ID\n`,
        );
        expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 });
        expect(copies).toBeLessThanOrEqual(KILLS);
      } finally {
        await setting.close();
      }
    },
    60_000 + KILLS * 6_000,
  );
});
