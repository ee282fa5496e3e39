// Endpoints that go wrong: each look ends within its bounds and with its reason, and nothing stays open.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { START_TLS, type StartTls } from '../../src/certificates/endpoint.ts';
import { INSTEAD_OF_TLS, type TlsFault } from '../simulator/tls/faults.ts';
import type { Issued } from '../simulator/tls/issue.ts';
import { reasonBeforeTls, reasonOf } from '../simulator/tls/reasons.ts';
import { BEFORE_TLS } from '../simulator/tls/start-tls.ts';
import { type Authorities, at, createAuthorities, createStage } from './stage.ts';

/** For those that end by nothing else. */
const SHORT_MS = 300;
const MEGABYTE = 2 ** 20;
let authorities: Authorities;
let leaf: Issued;
const stage = createStage();

beforeAll(() => {
  authorities = createAuthorities();
  leaf = authorities.intermediate.issue({ names: ['localhost'] });
});
afterEach(() => stage.close());

/** How much the probes of a test received, connection by connection. */
async function receivedDuring(work: () => Promise<unknown>): Promise<readonly number[]> {
  const sockets: Socket[] = [];
  const note = (message: unknown): void => {
    if (
      typeof message === 'object' &&
      message !== null &&
      'socket' in message &&
      message.socket instanceof Socket
    )
      sockets.push(message.socket);
  };
  subscribe('net.client.socket', note);
  try {
    await work();
  } finally {
    unsubscribe('net.client.socket', note);
  }
  return sockets.map(({ bytesRead }) => bytesRead);
}

describe('an endpoint that', () => {
  const CUT: readonly (readonly [string, TlsFault])[] = [
    ['stalls in the first record', { afterBytes: 3, fault: 'stalls' }],
    ['stalls in the handshake', { afterBytes: 200, fault: 'stalls' }],
    ['drips', { afterBytes: 100, fault: 'drips' }],
    ['resets in the handshake', { afterBytes: 200, fault: 'resets' }],
    ['closes in the handshake', { afterBytes: 200, fault: 'closes' }],
  ];

  test.each([...INSTEAD_OF_TLS.map((fault): [string, TlsFault] => [fault, fault]), ...CUT])(
    '%s',
    async (_, fault) => {
      const reason = reasonOf(fault);
      const endpoint = await stage.endpoint({ leaf, others: [authorities.intermediate] });
      endpoint.misbehave(fault);
      const prober = stage.prober(authorities.root, reason === 'timeout' ? { timeoutMs: SHORT_MS } : {});
      const received = await receivedDuring(async () => {
        const result = await prober.probe(at(endpoint), stage.signal);
        expect(result).toMatchObject({
          ok: false,
          failure: {
            reason,
            message: expect.stringMatching(
              new RegExp(`^Cannot probe localhost:${endpoint.port}: \\P{Cc}+[^.]$`, 'u'),
            ),
          },
        });
      });
      await endpoint.waitFor(({ openConnections }) => openConnections === 0);
      expect(received).toHaveLength(1);
      // Repetitions are seen from time to time only: how many came by then is a matter of speed.
      if (fault !== 'repeats itself without end') expect(received[0]).toBeLessThan(256 * 1_024);
    },
  );

  test('speaks old TLS only', async () => {
    const endpoint = await stage.endpoint({ leaf, versions: { min: 'TLSv1', max: 'TLSv1.1' } });
    const result = await stage.prober(authorities.root).probe(at(endpoint), stage.signal);
    expect(result).toMatchObject({ ok: false, failure: { reason: 'old_tls' } });
  });

  test('wants a client certificate before it goes on, with TLS 1.2', async () => {
    const versions = { min: 'TLSv1.2', max: 'TLSv1.2' } as const;
    const endpoint = await stage.endpoint({ leaf, versions, wantsClientCertificate: true });
    const result = await stage.prober(authorities.root).probe(at(endpoint), stage.signal);
    expect(result).toMatchObject({ ok: false, failure: { reason: 'rejected' } });
  });

  test('presents a certificate whose end is no date', async () => {
    const rawNotAfter = Buffer.concat([Buffer.from([0x17, 13]), Buffer.from('27xx01000000Z')]);
    const odd = authorities.intermediate.issue({ names: ['localhost'], rawNotAfter });
    const endpoint = await stage.endpoint({ leaf: odd, others: [authorities.intermediate] });
    const result = await stage.prober(authorities.root).probe(at(endpoint), stage.signal);
    expect(result).toMatchObject({ ok: false, failure: { reason: 'malformed' } });
  });

  test('presents hundreds of certificates that nobody trusts is not decoded', async () => {
    const chain = [authorities.selfSigned({ commonName: 'Authority 0', isAuthority: true })];
    for (let n = 1; n < 270; n += 1)
      chain.unshift((chain[0] ?? leaf).issue({ commonName: `Authority ${n}`, isAuthority: true }));
    const last = (chain[0] ?? leaf).issue({ names: ['localhost'] });
    const prober = stage.prober(authorities.root);
    const all = await stage.endpoint({ leaf: last, others: chain });
    expect(await prober.probe(at(all), stage.signal)).toMatchObject({
      ok: false,
      failure: {
        reason: 'too_large',
        message: expect.stringMatching(/64 KiB of certificates that nobody trusts$/),
      },
    });
    const some = await stage.endpoint({ leaf: last, others: chain.slice(0, 50) });
    const result = await prober.probe(at(some), stage.signal);
    expect(result).toMatchObject({ ok: true, served: { chain: { length: 10 }, untrusted: {} } });
  });

  test('presents 10 MB of names is cut off before they are in memory', async () => {
    const long = `${'x'.repeat(60)}.`.repeat(4);
    const names = Array.from({ length: 42_000 }, (_, n) => `${n}.${long}example`);
    const huge = authorities.intermediate.issue({ names });
    expect(huge.der.length).toBeGreaterThan(10 * MEGABYTE);
    const versions = [
      { min: 'TLSv1.2', max: 'TLSv1.2' },
      { min: 'TLSv1.3', max: 'TLSv1.3' },
    ] as const;
    for (const version of versions) {
      const endpoint = await stage.endpoint({ leaf: huge, versions: version });
      const received = await receivedDuring(async () => {
        const result = await stage.prober(authorities.root).probe(at(endpoint), stage.signal);
        expect(result).toMatchObject({ ok: false, failure: { reason: 'too_large' } });
      });
      expect(received).toHaveLength(1);
      expect(received[0]).toBeLessThan(256 * 1_024);
    }
  });
});

describe('before TLS, a server that', () => {
  const CASES = START_TLS.flatMap((protocol) => BEFORE_TLS.map((fault) => [protocol, fault] as const));

  test.each(CASES)('speaks %s and %s', async (startTls, fault) => {
    const reason = reasonBeforeTls(startTls, fault);
    const endpoint = await stage.endpoint({ leaf, others: [authorities.intermediate], startTls });
    endpoint.misbehaveBeforeTls(fault);
    const prober = stage.prober(authorities.root, reason === 'timeout' ? { timeoutMs: SHORT_MS } : {});
    const result = await prober.probe(at(endpoint, { startTls }), stage.signal);
    expect(result).toMatchObject({
      ok: false,
      failure: {
        reason,
        message: expect.stringMatching(
          new RegExp(`^Cannot probe localhost:${endpoint.port} \\(${startTls}\\): \\P{Cc}{1,300}$`, 'u'),
        ),
      },
    });
    await endpoint.waitFor(({ openConnections }) => openConnections === 0);
  });

  test.each<[StartTls, string]>([
    ['smtp', 'it answers to STARTTLS "454 4.7.0 TLS not available  today"'],
    ['imap', 'it answers to STARTTLS "a1 BAD no"'],
    ['ftp', 'it answers to AUTH TLS "502 no"'],
    ['ldap', 'it answers to StartTLS with LDAP result 52'],
    ['postgres', 'it has no TLS (it answers N to SSLRequest)'],
    ['mysql', 'it has no TLS (its greeting lacks CLIENT_SSL)'],
  ])('refuses by %s is quoted', async (startTls, explanation) => {
    const endpoint = await stage.endpoint({ leaf, startTls });
    endpoint.misbehaveBeforeTls('refuses');
    const result = await stage.prober(authorities.root).probe(at(endpoint, { startTls }), stage.signal);
    expect(result).toMatchObject({
      failure: { message: `Cannot probe localhost:${endpoint.port} (${startTls}): ${explanation}` },
    });
  });
});
