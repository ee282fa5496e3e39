// The certificates' part of /metrics: what stands in it, that it parses back, and how renders follow each other.
import { constants, crc32, inflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KNOWN_STATUSES } from '../../src/certificates/certificate.ts';
import type { StartTls } from '../../src/certificates/endpoint.ts';
import type { Finding, Severity } from '../../src/certificates/finding.ts';
import type { Look } from '../../src/certificates/look.ts';
import type { Served, UntrustedCode } from '../../src/certificates/served.ts';
import type { WatchedCertificate } from '../../src/certificates/watched.ts';
import { CHUNK_BYTES } from '../../src/telemetry/bytes.ts';
import { OTHER_STATUS, statusLabel } from '../../src/telemetry/certificate-families.ts';
import { createExposition, type Exposition, type RenderOptions } from '../../src/telemetry/exposition.ts';
import { ANY_CHARACTER } from '../support/any-character.ts';
import { certificateOf, manyWatched, NOW_MS, watchedOf } from './certificates.ts';
import { type Parsed, parseText } from './text-format.ts';

const FAMILIES = [
  'ccm_certificate_info',
  'ccm_certificate_status',
  'ccm_certificate_not_before_timestamp_seconds',
  'ccm_certificate_not_after_timestamp_seconds',
  'ccm_certificate_severity',
  'ccm_certificate_superseded',
  'ccm_certificate_up',
  'ccm_certificate_last_success_timestamp_seconds',
  'ccm_endpoint_up',
  'ccm_endpoint_not_after_timestamp_seconds',
  'ccm_endpoint_certificate_match',
  'ccm_endpoint_info',
];

const STATESET: RenderOptions = { status: 'stateset' };

async function textOf(exposition: Exposition): Promise<string> {
  return Buffer.concat(await exposition.current().plain()).toString('utf8');
}

async function rendered(certificates: readonly WatchedCertificate[], options = STATESET): Promise<Parsed> {
  const exposition = createExposition();
  await exposition.render(certificates, options);
  return parseText(await textOf(exposition));
}

function finding(severity: Severity): Finding {
  return { kind: 'expiring', severity, cause: 'expiring', reason: 'it ends', epochMs: NOW_MS };
}

function servedOf({
  fingerprint = 'cd34',
  untrusted,
}: {
  fingerprint?: string;
  untrusted?: UntrustedCode;
}): Served {
  const leaf = {
    fingerprint,
    fingerprint256: '00',
    subject: null,
    issuer: null,
    names: [],
    serialNumber: '01',
    notBeforeMs: NOW_MS - 1000,
    notAfterMs: NOW_MS + 1000,
  };
  return {
    chain: [leaf],
    earliestNotAfterMs: NOW_MS,
    untrusted: untrusted === undefined ? null : { code: untrusted, message: 'is refused' },
    protocol: 'TLSv1.3',
    address: '192.0.2.1',
  };
}

function lookOf({
  host,
  serverName = null,
  startTls = null,
  served = null,
  failed = false,
  ...guess
}: {
  host: string;
  serverName?: string | null;
  startTls?: StartTls | null;
  served?: Served | null;
  failed?: boolean;
  guessed?: true;
}): Look {
  return {
    ...guess,
    endpoint: { host, port: 443, serverName, startTls, named: true },
    served,
    failure: failed ? { reason: 'timeout', message: 'Cannot look' } : null,
  };
}

describe('the exposition of certificates', () => {
  test('names every family before the first render, without a sample', async () => {
    const { types, samples } = parseText(await textOf(createExposition()));
    expect([...types]).toEqual(FAMILIES.map((name) => [name, 'gauge']));
    expect(samples).toEqual([]);
  });

  test('says all that is known of a healthy certificate', async () => {
    const text = await rendered([watchedOf({ alias: 'shop front' })]);
    const key = { account: 'default', certificate_id: 'scs1590053258704' };
    expect(text.find('ccm_certificate_info')).toEqual([
      {
        name: 'ccm_certificate_info',
        labels: {
          ...key,
          name: 'scm-shop',
          alias: 'shop front',
          domain: 'www.example.com',
          certificate_type: 'DV_SSL_CERT',
          brand: 'GEOTRUST',
          fingerprint: 'ab12',
        },
        value: 1,
      },
    ]);
    const only = (name: string, value: number) =>
      expect(text.find(name)).toEqual([{ name, labels: key, value }]);
    only('ccm_certificate_not_before_timestamp_seconds', Date.UTC(2026, 0, 1) / 1000);
    only('ccm_certificate_not_after_timestamp_seconds', Date.UTC(2027, 0, 1) / 1000);
    only('ccm_certificate_severity', 0);
    only('ccm_certificate_superseded', 0);
    only('ccm_certificate_up', 1);
    only('ccm_certificate_last_success_timestamp_seconds', NOW_MS / 1000);
  });

  test('says of each place what was last seen there, also while looks fail, and nothing of one that was not looked at', async () => {
    const key = { account: 'default', certificate_id: 'scs1590053258704' };
    const asked = { host: 'mail.example.com', serverName: 'mx.example.com', startTls: 'smtp' } as const;
    const text = await rendered([
      watchedOf({
        looks: [
          lookOf({ host: 'www.example.com', served: servedOf({ fingerprint: 'ab12' }) }),
          lookOf({ ...asked, served: servedOf({ untrusted: 'wrong_name' }), failed: true }),
          lookOf({ host: 'down.example.com', failed: true }),
          lookOf({ host: 'new.example.com' }),
          // Where its names alone lead, somebody else's certificate, or nothing, is no series.
          lookOf({ host: 'guess.example.com', guessed: true, failed: true }),
          lookOf({ host: 'else.example.com', guessed: true, served: servedOf({ untrusted: 'wrong_name' }) }),
        ],
      }),
    ]);
    const found = (name: string) =>
      text.find(name).map(({ labels: { endpoint, ...labels }, value }) => {
        expect(labels).toMatchObject(key);
        return [endpoint, value];
      });
    const mail = 'mail.example.com:443 smtp mx.example.com';
    expect(found('ccm_endpoint_up')).toEqual([
      ['www.example.com:443', 1],
      [mail, 0],
      ['down.example.com:443', 0],
    ]);
    expect(found('ccm_endpoint_not_after_timestamp_seconds')).toEqual([
      ['www.example.com:443', NOW_MS / 1000],
      [mail, NOW_MS / 1000],
    ]);
    expect(found('ccm_endpoint_certificate_match')).toEqual([
      ['www.example.com:443', 1],
      [mail, 0],
    ]);
    expect(text.find('ccm_endpoint_info').map(({ labels, value }) => ({ ...labels, value }))).toEqual([
      {
        ...key,
        endpoint: 'www.example.com:443',
        fingerprint: 'ab12',
        protocol: 'TLSv1.3',
        untrusted: '',
        value: 1,
      },
      { ...key, endpoint: mail, fingerprint: 'cd34', protocol: 'TLSv1.3', untrusted: 'wrong_name', value: 1 },
    ]);
  });

  test.each([{ certificate: null }, { certificate: certificateOf({ fingerprint: null }) }])(
    'does not say whether it is the one that is served while its fingerprint is not known: %j',
    async (over) => {
      const looks = [lookOf({ host: 'www.example.com', served: servedOf({}) })];
      const text = await rendered([watchedOf({ ...over, looks })]);
      expect(text.find('ccm_endpoint_certificate_match')).toEqual([]);
      expect(text.find('ccm_endpoint_up')).toHaveLength(1);
    },
  );

  test('leaves out what is not known: a certificate that was never read has only its names and its severity', async () => {
    const text = await rendered([
      watchedOf({ certificate: null, up: null, lastSuccessMs: null, findings: [finding('critical')] }),
    ]);
    expect(text.samples.map(({ name, value }) => [name, value])).toEqual([
      ['ccm_certificate_info', 1],
      ['ccm_certificate_severity', 2],
    ]);
    expect(text.samples[0]?.labels).toMatchObject({
      name: '',
      alias: '',
      domain: '',
      brand: '',
      fingerprint: '',
    });
    expect([...text.types.keys()]).toEqual(FAMILIES);
  });

  test('writes no date where there is none, and keeps the last known facts while reads fail', async () => {
    const certificate = certificateOf({ notBeforeMs: null, notAfterMs: null });
    const text = await rendered([watchedOf({ certificate, up: false })]);
    expect(text.find('ccm_certificate_not_after_timestamp_seconds')).toEqual([]);
    expect(text.find('ccm_certificate_not_before_timestamp_seconds')).toEqual([]);
    expect(text.find('ccm_certificate_up')[0]?.value).toBe(0);
    expect(text.find('ccm_certificate_status', { status: 'ISSUED' })[0]?.value).toBe(1);
  });

  test.each<[Severity[], number]>([
    [[], 0],
    [['warning'], 1],
    [['warning', 'critical'], 2],
    [['critical', 'warning'], 2],
  ])('findings %j make severity %d', async (severities, value) => {
    const text = await rendered([watchedOf({ findings: severities.map(finding) })]);
    expect(text.find('ccm_certificate_severity')[0]?.value).toBe(value);
  });

  test.each([
    ['CANCELREVOKING', 'CANCLEREVOKING'],
    ['CHECKING_ORG', 'CHECKING_ORG'],
    ['SOMETHING_NEW', OTHER_STATUS],
    ['', OTHER_STATUS],
  ])('status %p counts as %p', (status, label) => {
    expect(statusLabel(status)).toBe(label);
  });

  test('is a state set with exactly one 1, whatever the status is', async () => {
    const statuses = fc.oneof(
      fc.constantFrom(...KNOWN_STATUSES, 'CANCELREVOKING'),
      fc.string({ unit: ANY_CHARACTER }),
    );
    await fc.assert(
      fc.asyncProperty(statuses, async (status) => {
        const set = (await rendered([watchedOf({ certificate: certificateOf({ status }) })])).find(
          'ccm_certificate_status',
        );
        expect(set.map(({ labels }) => labels['status'])).toEqual([...KNOWN_STATUSES, OTHER_STATUS]);
        expect(set.filter(({ value }) => value === 1).map(({ labels }) => labels['status'])).toEqual([
          statusLabel(status),
        ]);
        expect(set.every(({ value }) => value === 0 || value === 1)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('writes only the current status where that is wanted', async () => {
    const set = (await rendered([watchedOf()], { status: 'current' })).find('ccm_certificate_status');
    expect(set).toMatchObject([{ labels: { status: 'ISSUED' }, value: 1 }]);
  });

  test('escapes labels so that any text comes back as it was', async () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom('"', '\\', '\n', '\r', '{', '}', ',', '='), fc.string()),
    });
    await fc.assert(
      fc.asyncProperty(text, text, text, async (name, alias, account) => {
        const parsed = await rendered([watchedOf({ account, alias, certificate: certificateOf({ name }) })]);
        expect(parsed.find('ccm_certificate_info')[0]?.labels).toMatchObject({
          account: account.toWellFormed(),
          alias: alias.toWellFormed(),
          name: name.toWellFormed(),
        });
        expect(parsed.find('ccm_certificate_up')[0]?.labels['account']).toBe(account.toWellFormed());
      }),
      { numRuns: 100 },
    );
  });

  test('keeps families together over many chunks, and its deflated form says the same', async () => {
    const exposition = createExposition();
    const looks = [lookOf({ host: 'www.example.com', served: servedOf({}) })];
    const certificates = manyWatched(1_203).map((watched) => ({ ...watched, looks }));
    await exposition.render(certificates, STATESET);
    const { plain, plainBytes, plainCrc32, deflated } = exposition.current();
    const whole = Buffer.concat(await plain());
    expect(whole.length).toBeGreaterThan(10 * CHUNK_BYTES);
    expect(plainBytes).toBe(whole.length);
    expect(plainCrc32).toBe(crc32(whole));
    expect(inflateRawSync(deflated, { finishFlush: constants.Z_SYNC_FLUSH }).equals(whole)).toBe(true);
    const parsed = parseText(whole.toString());
    const names = parsed.samples.map(({ name }) => name);
    expect(names.filter((name, i) => name !== names[i - 1])).toEqual(FAMILIES);
    expect(parsed.samples).toHaveLength(1_203 * 27);
    expect(parsed.find('ccm_certificate_up').map(({ labels }) => labels['certificate_id'])).toEqual(
      certificates.map(({ id }) => id),
    );
  });

  test('never cuts a line that is longer than a chunk', async () => {
    const name = 'é'.repeat(CHUNK_BYTES);
    const parsed = await rendered([
      watchedOf({ certificate: certificateOf({ name }) }),
      watchedOf({ id: 'second' }),
    ]);
    expect(parsed.find('ccm_certificate_info').map(({ labels }) => labels['name'])).toEqual([
      name,
      'scm-shop',
    ]);
  });
});

describe('renders', () => {
  test('that are asked for while one runs become one, and the last wins', async () => {
    const exposition = createExposition();
    const first = exposition.render(manyWatched(600), STATESET);
    const skipped = exposition.render(manyWatched(2), STATESET);
    const last = exposition.render(manyWatched(3), STATESET);
    await first;
    expect(parseText(await textOf(exposition)).find('ccm_certificate_up')).toHaveLength(600);
    await Promise.all([skipped, last]);
    expect(parseText(await textOf(exposition)).find('ccm_certificate_up')).toHaveLength(3);
  });

  test('that are ended by the signal reject and leave what was kept', async () => {
    const exposition = createExposition();
    await exposition.render(manyWatched(2), STATESET);
    const stop = new AbortController();
    const ended = exposition.render(manyWatched(2_000), { ...STATESET, signal: stop.signal });
    stop.abort();
    await expect(ended).rejects.toMatchObject({ code: 'ABORTED' });
    expect(parseText(await textOf(exposition)).find('ccm_certificate_up')).toHaveLength(2);
    await exposition.render([], STATESET);
    expect(parseText(await textOf(exposition)).samples).toEqual([]);
  });

  test('that fail reject with what went wrong, and the next one works', async () => {
    const exposition = createExposition();
    const broken = new Proxy(watchedOf(), {
      get(target, property) {
        if (property === 'up') throw new Error('broken on purpose');
        return Reflect.get(target, property);
      },
    });
    await expect(exposition.render([broken], STATESET)).rejects.toThrow('broken on purpose');
    await exposition.render(manyWatched(1), STATESET);
    expect(parseText(await textOf(exposition)).find('ccm_certificate_up')).toHaveLength(1);
  });

  test('let other work through', async () => {
    const exposition = createExposition();
    let turns = 0;
    let rendering = true;
    const count = (): void => {
      turns += 1;
      if (rendering) setImmediate(count);
    };
    setImmediate(count);
    await exposition.render(manyWatched(1_500), STATESET);
    rendering = false;
    expect(turns).toBeGreaterThan(exposition.current().plainBytes / CHUNK_BYTES);
  });

  test('let other work through where there is nothing to write of thousands', async () => {
    const exposition = createExposition();
    let atOnce = 0;
    let most = 0;
    let rendering = true;
    const certificates = manyWatched(20_000).map((one) => ({
      ...one,
      get looks() {
        atOnce += 1;
        most = Math.max(most, atOnce);
        return [];
      },
    }));
    const turn = (): void => {
      atOnce = 0;
      if (rendering) setImmediate(turn);
    };
    setImmediate(turn);
    await exposition.render(certificates, STATESET);
    rendering = false;
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(20_000);
  });

  test('leave the bytes of the one before to who took them', async () => {
    const exposition = createExposition();
    await exposition.render(manyWatched(1_000), STATESET);
    const before = exposition.current();
    const plain = Buffer.concat(await before.plain());
    await exposition.render(manyWatched(900), STATESET);
    expect(Buffer.concat(await before.plain()).equals(plain)).toBe(true);
    expect(crc32(plain)).toBe(before.plainCrc32);
    expect(parseText(plain.toString()).find('ccm_certificate_up')).toHaveLength(1_000);
    expect(parseText(await textOf(exposition)).find('ccm_certificate_up')).toHaveLength(900);
  });

  test('are made plain once, however many ask', async () => {
    const exposition = createExposition();
    await exposition.render(manyWatched(100), STATESET);
    const { plain } = exposition.current();
    const [first, second] = await Promise.all([plain(), plain()]);
    expect(second).toBe(first);
    expect(await plain()).toBe(first);
  });
});
