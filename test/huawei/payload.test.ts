// The parser of ShowCertificate: the documented body, every field missing in every way, and bodies that somebody broke.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Certificate, KNOWN_STATUSES, standingOf } from '../../src/certificates/certificate.ts';
import { coversAll } from '../../src/certificates/names.ts';
import { parseCertificate } from '../../src/huawei/payload.ts';
import { ANY_CHARACTER } from '../support/any-character.ts';
import { ID } from './support/account.ts';

const BODY: Readonly<Record<string, unknown>> = {
  id: ID,
  status: 'ISSUED',
  order_id: 'CS2005211727ABCD',
  name: 'scm-testing',
  type: 'OV_SSL_CERT',
  brand: 'GLOBALSIGN',
  push_support: 'ON',
  revoke_reason: '',
  signature_algorithm: 'SHA256withRSA',
  issue_time: '2021-05-27 16:46:25.0',
  not_before: '2021-05-27 16:46:26.0',
  not_after: '2022-05-27 16:46:25.0',
  validity_period: 12,
  validation_method: 'DNS',
  domain_type: 'MULTI_DOMAIN',
  multi_domain_type: 'primary_single',
  domain: 'www.example.com',
  sans: 'www.example.com;a.example.com, b.example.com;;a.example.com',
  domain_count: 3,
  wildcard_count: 0,
  fingerprint: 'AB'.repeat(20),
  shared: false,
  application_info: { applicant_name: 'Planted Person', applicant_email: 'planted@example.com' },
  description: ' for the shop ',
  enterprise_project_id: '0',
  authentification: [{ record_value: 'planted-secret' }],
  something_new: { a: 1 },
};

const ASKED = { id: ID, utcOffsetMinutes: 480 };

function parsed(body: unknown): Certificate {
  const result = parseCertificate(body, ASKED);
  if (!result.ok) throw new Error(result.message);
  return result.certificate;
}

function refused(body: unknown): string {
  const result = parseCertificate(body, ASKED);
  return result.ok ? `a certificate, ${result.certificate.status}` : result.message;
}

describe('a whole body', () => {
  test('becomes a certificate in our own words', () => {
    expect(parsed(BODY)).toEqual({
      id: ID,
      status: 'ISSUED',
      name: 'scm-testing',
      domain: 'www.example.com',
      sans: ['www.example.com', 'a.example.com', 'b.example.com'],
      type: 'OV_SSL_CERT',
      brand: 'GLOBALSIGN',
      notBeforeMs: Date.UTC(2021, 4, 27, 8, 46, 26),
      notAfterMs: Date.UTC(2022, 4, 27, 8, 46, 25),
      issuedAtMs: Date.UTC(2021, 4, 27, 8, 46, 25),
      fingerprint: 'ab'.repeat(20),
      signatureAlgorithm: 'SHA256withRSA',
      validityMonths: 12,
      validationMethod: 'DNS',
      domainType: 'MULTI_DOMAIN',
      multiDomainType: 'primary_single',
      domainCount: 3,
      wildcardCount: 0,
      pushSupport: 'ON',
      revokeReason: null,
      orderId: 'CS2005211727ABCD',
      description: 'for the shop',
      enterpriseProjectId: '0',
      shared: false,
      notAfterFault: null,
    });
  });

  test('leaves personal and validation data behind', () => {
    expect(JSON.stringify(parsed(BODY)).toLowerCase()).not.toContain('planted');
  });
});

describe('each of the fields', () => {
  const optional = Object.keys(BODY).filter((field) => field !== 'status' && field !== 'not_after');

  test.each(optional)('%s may be null, empty or absent', (field) => {
    const { [field]: _, ...absent } = BODY;
    for (const body of [absent, { ...BODY, [field]: null }, { ...BODY, [field]: '' }]) {
      const certificate = parsed(body);
      expect(certificate.status).toBe('ISSUED');
      expect(Object.values(certificate)).not.toContain('');
      expect(Object.values(certificate)).not.toContain(undefined);
    }
  });

  test.each(optional.filter((field) => field !== 'id'))(
    '%s of a wrong type is unknown, and nothing else is',
    (field) => {
      const kept = Object.entries(parsed(BODY));
      for (const wrong of [{ a: [] }, ['x'], { __proto__: null }]) {
        const certificate = Object.entries(parsed({ ...BODY, [field]: wrong }));
        const changed = certificate.filter(
          ([name, value]) => JSON.stringify(value) !== JSON.stringify(Object.fromEntries(kept)[name]),
        );
        expect(changed.length).toBeLessThanOrEqual(1);
        for (const [, value] of changed) expect([null, []]).toContainEqual(value);
      }
    },
  );

  test('text is well-formed, clipped and trimmed', () => {
    const certificate = parsed({
      ...BODY,
      name: ` \ud800${'x'.repeat(2_000)}`,
      description: `${'x'.repeat(999)}😀`,
    });
    expect(certificate.name).toBe(`\ufffd${'x'.repeat(999)}`);
    expect(certificate.description).toBe('x'.repeat(999));
  });

  test('a fingerprint may have colons, and is nothing but hexadecimal', () => {
    expect(parsed({ ...BODY, fingerprint: 'AB:cd:01' }).fingerprint).toBe('abcd01');
    expect(parsed({ ...BODY, fingerprint: 'not hex' }).fingerprint).toBeNull();
  });

  describe('of more than a thousand names', () => {
    const names = Array.from({ length: 1_500 }, (_, n) => `${n}.example.com`);
    const of = (sans: readonly string[]) =>
      parsed({ ...BODY, domain: '0.example.com', sans: sans.join(';') });

    test('the first thousand are kept, and a word that stands for the rest', () => {
      const { sans } = of(names);
      expect(sans.slice(0, 1_000)).toEqual(names.slice(0, 1_000));
      expect(sans.slice(1_000)).toEqual([expect.stringMatching(/^\(and more names: [0-9a-f]{32}\)$/)]);
      expect(of(names.slice(0, 1_000)).sans).toEqual(names.slice(0, 1_000));
      expect(of([...names.slice(0, 1_000), '5.example.com']).sans).toHaveLength(1_000);
    });

    test.each([
      ['all of them', names, true],
      ['those that are kept', names.slice(0, 1_000), false],
      ['others in the place of the rest', [...names.slice(0, 1_000), 'x.example.com'], false],
      ['so many that they are not even split', Array.from({ length: 9_000 }, () => '0.example.com'), false],
    ])('one for %s serves what they serve: only the whole counts', (_, sans, serves) => {
      expect(coversAll(of(sans), of(names))).toBe(serves);
    });

    test('one for them serves what is for some that are kept', () => {
      expect(coversAll(of(names), of(names.slice(0, 900)))).toBe(true);
    });
  });
});

describe('a status', () => {
  test.each(['CHECKING_SOMETHING', 'issued', 'ALL', '状态', 'x'.repeat(64)])(
    '%j that nobody documented is kept word for word',
    (status) => {
      expect(parsed({ ...BODY, status: ` ${status} ` }).status).toBe(status);
    },
  );

  test.each<[unknown, string]>([
    [undefined, 'its body has no status'],
    [null, 'its body has no status'],
    ['', 'its body has an empty status'],
    ['  ', 'its body has an empty status'],
    [7, "its body's status is a number, not text"],
    [['ISSUED'], "its body's status is a list, not text"],
    [{ toString: 'ISSUED' }, "its body's status is an object, not text"],
  ])('%j makes the body malformed', (status, message) => {
    expect(refused({ ...BODY, status })).toBe(message);
  });
});

describe('an id', () => {
  test('that is another makes the body malformed', () => {
    expect(refused({ ...BODY, id: 'scs1590053258705' })).toBe(
      'its body is of another certificate, "scs1590053258705"',
    );
  });

  test('of a wrong type makes the body malformed', () => {
    expect(refused({ ...BODY, id: 1_590_053_258_704 })).toBe("its body's id is a number, not text");
  });
});

describe('not_after', () => {
  test.each<[unknown, string]>([
    [undefined, 'is empty'],
    [null, 'is empty'],
    ['', 'is empty'],
    [' ', 'is empty'],
    ['2022-02-30 00:00:00', 'is not a date: "2022-02-30 00:00:00"'],
    [`${'x'.repeat(39)}\u0007yz`, `is not a date: "${'x'.repeat(39)}…"`],
    ['a\r\nb\u202e', 'is not a date: "a b"'],
    [0, 'is not a date: 0'],
    [-1, 'is not a date: -1'],
    [true, 'is not a date: it is a boolean'],
    [{}, 'is not a date: it is an object'],
    [[], 'is not a date: it is a list'],
  ])('%j on a live certificate is a fault', (notAfter, fault) => {
    for (const status of ['ISSUED', 'UPLOAD', 'REVOKING', 'CANCLEREVOKING']) {
      expect(parsed({ ...BODY, status, not_after: notAfter })).toMatchObject({
        notAfterMs: null,
        notAfterFault: fault,
      });
    }
  });

  test.each(['PAID', 'CHECKING', 'UNPASSED', 'EXPIRED', 'REVOKED', 'SOMETHING_NEW'])(
    'may be empty with %s',
    (status) => {
      expect(parsed({ ...BODY, status, not_after: '' })).toMatchObject({
        notAfterMs: null,
        notAfterFault: null,
      });
    },
  );
});

describe('what is no body', () => {
  test.each<[unknown, string]>([
    [null, 'its body is null, not a JSON object'],
    [[], 'its body is a list, not a JSON object'],
    ['ISSUED', 'its body is text, not a JSON object'],
    [12, 'its body is a number, not a JSON object'],
    [{}, 'its body has no status'],
  ])('%j is malformed', (body, message) => {
    expect(refused(body)).toBe(message);
  });

  test.each([
    ['deep nesting', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`],
    ['a __proto__ key', '{"__proto__":{"status":"ISSUED","not_after":"2099-01-01 00:00:00"}}'],
    ['a constructor key', '{"constructor":{"prototype":{"status":"ISSUED"}}}'],
  ])('%s is malformed, and no more', (_, json) => {
    expect(refused(JSON.parse(json))).toBe('its body has no status');
    expect({}).not.toHaveProperty('status');
  });

  test('a body with deep nesting in an unknown field is read all the same', () => {
    const json = JSON.stringify(BODY).replace('{"a":1}', `${'['.repeat(40_000)}${']'.repeat(40_000)}`);
    expect(parsed(JSON.parse(json)).status).toBe('ISSUED');
  });
});

test('whatever is changed in a body, it is malformed or says the status that stood there, and a live one has an end or a fault', () => {
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(...KNOWN_STATUSES, '2022-02-30 00:00:00', '2099-01-01 00:00:00', '', ' ', 1e308, -0),
    fc.string({ unit: ANY_CHARACTER }),
  );
  const changes = fc.dictionary(fc.constantFrom(...Object.keys(BODY)), anything, { maxKeys: 6 });
  fc.assert(
    fc.property(changes, (changed) => {
      const body: Record<string, unknown> = { ...BODY, ...changed };
      const result = parseCertificate(JSON.parse(JSON.stringify(body)), ASKED);
      if (!result.ok) return;
      const { status, notAfterMs, notAfterFault } = result.certificate;
      expect(typeof body['status']).toBe('string');
      expect(String(body['status']).trim().toWellFormed().startsWith(status.slice(0, 63))).toBe(true);
      if (['live', 'revoking'].includes(standingOf(status)))
        expect(notAfterMs === null).toBe(notAfterFault !== null);
    }),
    { numRuns: 1_000, interruptAfterTimeLimit: 15_000 },
  );
});
