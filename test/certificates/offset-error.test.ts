// The zone of an account's times, against the exact end in the certificate that is served.
import { describe, expect, test } from '@jest/globals';
import type { Look } from '../../src/certificates/look.ts';
import { offsetErrors } from '../../src/certificates/offset-error.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/shared/time.ts';
import { ACCOUNT, certificate, NOW } from '../support/factories.ts';
import { watchedOf } from '../telemetry/certificates.ts';

const FINGERPRINT = 'a'.repeat(40);

function served(notAfterMs: number, fingerprint = FINGERPRINT): Look {
  const leaf = {
    fingerprint,
    fingerprint256: fingerprint,
    subject: null,
    issuer: null,
    names: [],
    serialNumber: '01',
    notBeforeMs: 0,
    notAfterMs,
  };
  return {
    endpoint: { host: 'www.example.com', port: 443, serverName: null, startTls: null, named: false },
    served: { chain: [leaf], earliestNotAfterMs: notAfterMs, untrusted: null, protocol: null, address: '' },
    failure: null,
  };
}

const watched = (errorMs: number, looks: readonly Look[] = [served(NOW)], account = ACCOUNT) =>
  watchedOf({
    account,
    certificate: certificate({ notAfterMs: NOW + errorMs, fingerprint: FINGERPRINT }),
    looks,
  });

describe('the offset of an account', () => {
  test.each([
    ['is right', 0, 0],
    ['is eight hours too small', 8 * HOUR_MS, 8 * HOUR_MS],
    ['is eight hours too large', -8 * HOUR_MS, -8 * HOUR_MS],
    ['is off by three quarters of an hour', 45 * MINUTE_MS, 45 * MINUTE_MS],
    ['is right but for a fraction of a second', 400, 0],
  ])('%s', (_what, errorMs, expected) => {
    expect(offsetErrors([watched(errorMs)])).toEqual(new Map([[ACCOUNT, expected]]));
  });

  test.each([
    ['a difference that no zone explains', [watched(7 * MINUTE_MS)]],
    ['a difference of days', [watched(72 * HOUR_MS)]],
    ['another certificate that is served', [watched(8 * HOUR_MS, [served(NOW, 'b'.repeat(40))])]],
    ['a place that was not seen', [watched(8 * HOUR_MS, [{ ...served(NOW), served: null }])]],
    ['one that nobody looks at', [watched(8 * HOUR_MS, [])]],
  ])('is not told by %s', (_what, all) => {
    expect(offsetErrors(all)).toEqual(new Map());
  });

  test('is what most of its certificates say, each account by itself', () => {
    const all = [watched(8 * HOUR_MS), watched(0), watched(8 * HOUR_MS), watched(0, [served(NOW)], 'other')];
    expect(offsetErrors(all)).toEqual(
      new Map([
        [ACCOUNT, 8 * HOUR_MS],
        ['other', 0],
      ]),
    );
  });
});
