// An account of the cloud in memory: answers in the next turn of the event loop, and changes as it is told.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Certificate } from '../../src/certificates/certificate.ts';
import { learn, type Watch } from '../../src/certificates/watch.ts';
import type { AccountReader } from '../../src/huawei/account.ts';
import { ACCOUNT, certificate } from '../../test/support/factories.ts';
import { NOTHING_ELSE } from '../../test/support/fakes.ts';

export interface FakeAccount {
  readonly reader: AccountReader;
  /** Re-issues the next so many certificates: new end, new fingerprint. */
  change(count: number): void;
}

const DAY_MS = 86_400_000;
/** Prime, so that those that change lie scattered in the state, and every one has its turn. */
const STRIDE = 7;

export function createFakeAccount(ids: readonly string[]): FakeAccount {
  const endMs = Math.floor(Date.now() / DAY_MS) * DAY_MS + 365 * DAY_MS;
  const held = new Map<string, Certificate>(
    ids.map((id, n) => [
      id,
      certificate({ id, name: `site-${n}`, domain: `www.site-${n}.example`, notAfterMs: endMs }),
    ]),
  );
  let next = 0;
  let issues = 0;

  function reissue(id: string, known: Certificate): void {
    issues += 1;
    const fingerprint = issues.toString(16).padStart(40, '0');
    held.set(id, { ...known, notAfterMs: endMs + issues * 1_000, fingerprint });
  }

  return {
    change(count) {
      for (let n = 0; n < count; n += 1) {
        const id = ids[next % ids.length] ?? '';
        next += STRIDE;
        const known = held.get(id);
        if (known !== undefined) reissue(id, known);
      }
    },
    reader: {
      ...NOTHING_ELSE,
      account: ACCOUNT,
      beginCheck() {},
      async read(id) {
        await nextTurn();
        const known = held.get(id);
        if (known === undefined)
          return { ok: false, failure: { reason: 'missing', message: 'none', requestId: null } };
        // A new object at each read, as a body that was parsed makes one.
        return { ok: true, certificate: { ...known } };
      },
      async close() {},
    },
  };
}

/** What is remembered of these certificates after they were read once. */
export async function watchesOf(ids: readonly string[]): Promise<readonly Watch[]> {
  const { reader } = createFakeAccount(ids);
  const { signal } = new AbortController();
  const nowMs = Date.now();
  const watches: Watch[] = [];
  for (const id of ids) {
    const reading = await reader.read(id, signal);
    watches.push(learn({ key: { account: ACCOUNT, id }, known: null, reading, nowMs }));
  }
  return watches;
}
