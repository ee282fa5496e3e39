// What every kind of refusal means, and that its text says what to do without repeating a secret.
import { describe, expect, test } from '@jest/globals';
import type { FailureReason } from '../../src/certificates/reading.ts';
import { type Answer, type AnswerHeaders, type Question, refusalOf } from '../../src/huawei/answer.ts';

const HEADERS: AnswerHeaders = {
  date: null,
  age: null,
  retryAfter: null,
  requestId: 'abc-123',
  location: null,
  contentType: 'application/json',
  subjectToken: null,
};
const CERTIFICATE: Question = { asked: 'certificate', secrets: ['s3cret'] };
const TOKEN: Question = { asked: 'token', secrets: [] };

function answer(status: number, body: unknown, headers: Partial<AnswerHeaders> = {}): Answer {
  return {
    status,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { ...HEADERS, ...headers },
  };
}

const code = (error_code: string, error_msg = 'no') => ({ error_code, error_msg });
const iam = { error: { code: 401, message: 'The username or password is wrong.', title: 'Unauthorized' } };

describe('a refusal of a certificate', () => {
  test.each<[number, unknown, FailureReason, string]>([
    [
      401,
      code('APIGW.0301'),
      'unauthorized',
      'APIGW.0301 "no" (request id abc-123); the credentials are wrong: check them',
    ],
    [401, code('APIGW.0307'), 'unauthorized', 'the token has expired, or is another site'],
    [401, code('SCM.1000'), 'unauthorized', 'the API does not accept the token: check its scope'],
    [
      401,
      iam,
      'unauthorized',
      '"The username or password is wrong." (request id abc-123); check the credentials',
    ],
    [401, '', 'unauthorized', 'the API answered 401 (request id abc-123); check the credentials'],
    [403, code('SCM.0005'), 'forbidden', 'needs the permission scm:cert:get'],
    [404, code('SCM.0011'), 'missing', 'does not exist, or not in this account'],
    [404, '', 'missing', 'does not exist'],
    [404, {}, 'missing', 'does not exist'],
    [
      404,
      { error_msg: 'gone' },
      'missing',
      '404 "gone" (request id abc-123); the certificate does not exist',
    ],
    [404, { error_code: null, error_msg: 'gone' }, 'missing', 'does not exist'],
    [404, { error: { code: 404, message: 'gone', title: 'Not Found' } }, 'missing', '404 "gone" (request id'],
    [404, { error: { code: 'APIGW.0101', message: 'no API' } }, 'malformed', 'there is no such API'],
    [404, { error: 'Not Found', status: 404 }, 'malformed', 'there is no such API'],
    [400, { error_msg: 'gone' }, 'malformed', 'the request was not understood'],
    [
      404,
      code('APIGW.0101', 'The API does not exist'),
      'malformed',
      'there is no such API at this address: check endpoint',
    ],
    [404, code('APIG.0101'), 'malformed', 'there is no such API'],
    [404, '<html>Not Found</html>', 'malformed', 'there is no such API'],
    [404, { message: 'no Route matched with those values' }, 'malformed', 'there is no such API'],
    [400, code('SCM.0003'), 'missing', 'does not exist'],
    [400, code('SCM.0008'), 'missing', 'does not exist'],
    [400, code('SCM.0020'), 'missing', 'does not exist'],
    [400, code('SCM.0099'), 'malformed', 'the request was not understood'],
    [400, '', 'malformed', 'this is not how the API answers: check endpoint'],
    [409, code('SCM.0003'), 'malformed', 'the request was not understood'],
    [418, 'teapot', 'malformed', 'this is not how the API answers'],
    [
      429,
      code('APIGW.0308', 'The throttling threshold has been reached'),
      'throttled',
      'lower requestsPerSecond',
    ],
    [500, 'oops', 'server_error', 'on the side of the cloud'],
    [503, '', 'server_error', 'on the side of the cloud'],
    [599, '', 'server_error', 'on the side of the cloud'],
    [600, '', 'malformed', 'this is not how the API answers'],
    [302, '', 'malformed', 'a redirect is refused: check endpoint'],
    [204, '', 'malformed', 'this is not how the API answers'],
  ])('%i %j is %s', (status, body, reason, text) => {
    const refusal = refusalOf(answer(status, body), CERTIFICATE);
    expect(refusal.reason).toBe(reason);
    expect(refusal.explanation).toContain(text);
    expect(refusal.requestId).toBe('abc-123');
  });

  test('of an HTML page without a body is no word about the certificate', () => {
    expect(refusalOf(answer(404, '', { contentType: 'text/html' }), CERTIFICATE).reason).toBe('malformed');
  });
});

describe('a refusal of a token', () => {
  test.each<[number, unknown, FailureReason, string]>([
    [401, iam, 'unauthorized', 'wrong passwords lock the user'],
    [403, iam, 'forbidden', 'check whether this user may use the API'],
    [404, '', 'malformed', 'check iamEndpoint'],
    [400, code('SCM.0003'), 'malformed', 'the request was not understood'],
    [301, '', 'malformed', 'a redirect is refused: check iamEndpoint'],
  ])('%i %j is %s, and never about a certificate', (status, body, reason, text) => {
    const refusal = refusalOf(answer(status, body), TOKEN);
    expect(refusal.reason).toBe(reason);
    expect(refusal.explanation).toContain(text);
  });
});

describe('the text', () => {
  test('is one line, clipped, without control characters', () => {
    const message = `a\r\nb\u202e${'x y '.repeat(500)}`;
    const { explanation } = refusalOf(answer(500, code('SCM.1\n', message)), CERTIFICATE);
    expect(explanation).toMatch(/^the API answered 500 SCM\.1 "a b x y .*…" \(request id abc-123\); /);
    expect(explanation.length).toBeLessThan(450);
    expect(explanation).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });

  test('repeats neither a known secret nor what looks like a token', () => {
    const token = `MII${'aB3-'.repeat(600)}`;
    const { explanation } = refusalOf(
      answer(401, code('APIGW.0307', `token ${token} of s3cret`)),
      CERTIFICATE,
    );
    expect(explanation).toContain('"token *** of ***"');
  });

  test('names the host of a redirect, and nothing else of it', () => {
    const { explanation } = refusalOf(
      answer(302, '', { location: 'https://user:pass@evil.example/path?token=1' }),
      CERTIFICATE,
    );
    expect(explanation).toContain('a redirect to evil.example is refused');
    expect(explanation).not.toMatch(/pass|token|path/);
  });

  test.each(['/relative', 'not a url', 'javascript:alert(1)'])('does without the host of %j', (location) => {
    expect(refusalOf(answer(302, '', { location }), CERTIFICATE).explanation).toContain(
      '; a redirect is refused',
    );
  });

  test.each<[string | null, string | null, string | null]>([
    [null, 'from-the-body', 'from-the-body'],
    ['two words', 'x'.repeat(65), null],
    [null, null, null],
  ])(
    'has the request id of the header, or of the body, where it is one: %j, %j',
    (header, body, expected) => {
      const refusal = refusalOf(
        answer(500, { ...code('APIGW.1'), request_id: body }, { requestId: header }),
        CERTIFICATE,
      );
      expect(refusal.requestId).toBe(expected);
      expect(refusal.explanation.includes('request id')).toBe(expected !== null);
    },
  );
});

describe('a refusal of a list, or of deployments', () => {
  test.each<[Question['asked'], number, unknown, FailureReason, string]>([
    ['list', 403, code('SCM.0005'), 'forbidden', 'needs the permission scm:cert:list,'],
    ['list', 400, code('SCM.0003'), 'malformed', 'the request was not understood'],
    ['list', 404, code('SCM.0011'), 'malformed', 'there is no such API'],
    ['deployments', 403, code('SCM.0005'), 'forbidden', 'the permission scm:cert:listDeployedResources'],
    ['deployments', 400, code('SCM.0003'), 'missing', 'does not exist, or not in this account'],
    ['deployments', 404, code('SCM.0011'), 'malformed', 'there is no such API'],
    ['list', 401, code('APIGW.0301'), 'unauthorized', 'the credentials are wrong'],
    ['list', 429, '', 'throttled', 'lower requestsPerSecond'],
  ])('(%s, %i, %j) is %s', (asked, status, body, reason, text) => {
    const refusal = refusalOf(answer(status, body), { asked, secrets: [] });
    expect(refusal).toMatchObject({ reason, explanation: expect.stringContaining(text) });
  });
});
