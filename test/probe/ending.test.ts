// How probes wait for each other, and how they end: by their deadline, by the caller, by close.
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Issued } from '../simulator/tls/issue.ts';
import { type Authorities, at, createAuthorities, createStage } from './stage.ts';

let authorities: Authorities;
let leaf: Issued;
const stage = createStage();

beforeAll(() => {
  authorities = createAuthorities();
  leaf = authorities.intermediate.issue({ names: ['localhost'] });
});
afterEach(() => stage.close());

async function silentEndpoint() {
  const endpoint = await stage.endpoint({ leaf });
  endpoint.misbehave('says nothing');
  return endpoint;
}

describe('probes', () => {
  test('run so many at once, and the others wait without a deadline', async () => {
    const endpoint = await silentEndpoint();
    const prober = stage.prober(authorities.root, { concurrency: 3 });
    const stop = new AbortController();
    const probes = Array.from({ length: 10 }, () => prober.probe(at(endpoint), stop.signal).catch(String));
    await endpoint.waitFor(({ connections }) => connections === 3);
    // A server sees a connection before its client does: a fourth would be here by now.
    await new Promise(setImmediate);
    expect([endpoint.connections, endpoint.openConnections]).toEqual([3, 3]);
    stop.abort();
    expect(new Set(await Promise.all(probes))).toEqual(
      new Set(['MonitorError: Cannot go on: the check was stopped']),
    );
    await endpoint.waitFor(({ openConnections }) => openConnections === 0);
    expect(endpoint.connections).toBe(3);
  });

  test('begin at their distance', async () => {
    const endpoint = await stage.endpoint({ leaf });
    const prober = stage.prober(authorities.root, { perSecond: 20 });
    const startMs = performance.now();
    await Promise.all(Array.from({ length: 5 }, () => prober.probe(at(endpoint), stage.signal)));
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(4 * 50 - 5);
  });

  test('have one deadline over all of their steps', async () => {
    const endpoint = await silentEndpoint();
    const phases = [
      [{}, at(endpoint), 'the TLS handshake is not over within 0.2 s'],
      [{ lookup: () => new Promise<never>(() => {}) }, at(endpoint), 'DNS gives no answer within 0.2 s'],
    ] as const;
    for (const [options, endpoint, explanation] of phases) {
      const prober = stage.prober(authorities.root, { timeoutMs: 200, ...options });
      expect(await prober.probe(endpoint, stage.signal)).toEqual({
        ok: false,
        failure: { reason: 'timeout', message: `Cannot probe localhost:${endpoint.port}: ${explanation}` },
      });
    }
  });

  test('that the caller stops reject, and leave the others alone', async () => {
    const endpoint = await silentEndpoint();
    const prober = stage.prober(authorities.root);
    const [one, two] = [new AbortController(), new AbortController()];
    const first = prober.probe(at(endpoint), one.signal);
    const second = prober.probe(at(endpoint), two.signal);
    await endpoint.waitFor(({ connections }) => connections === 2);
    one.abort();
    await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
    await endpoint.waitFor(({ openConnections }) => openConnections === 1);
    two.abort();
    await expect(second).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(prober.probe(at(endpoint), one.signal)).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test('end with close, wherever they are, and none begins after it', async () => {
    const endpoint = await silentEndpoint();
    const mail = await stage.endpoint({ leaf, startTls: 'smtp' });
    mail.misbehaveBeforeTls('falls silent');
    const prober = stage.prober(authorities.root);
    const probes = [
      prober.probe(at(endpoint), stage.signal),
      prober.probe(at(mail, { startTls: 'smtp' }), stage.signal),
    ].map((probe) => probe.catch((error: unknown) => error));
    await Promise.all([endpoint, mail].map((one) => one.waitFor(({ connections }) => connections === 1)));
    await prober.close();
    for (const ended of await Promise.all(probes)) expect(ended).toMatchObject({ code: 'ABORTED' });
    await Promise.all(
      [endpoint, mail].map((one) => one.waitFor(({ openConnections }) => openConnections === 0)),
    );
    await expect(prober.probe(at(endpoint), stage.signal)).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
