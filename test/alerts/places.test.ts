// What is told of the places at which a certificate is served, while some of them are not seen: each story is a row of checks.
import { describe, expect, test } from '@jest/globals';
import { judge } from '../../src/alerts/judge.ts';
import type { Look } from '../../src/certificates/look.ts';
import { ALONE } from '../../src/certificates/rule.ts';
import type { Served } from '../../src/certificates/served.ts';
import { HOUR_MS } from '../../src/shared/time.ts';
import { certificate, configured, NOW, POLICY, readOk } from '../support/factories.ts';
import { tell, words } from '../support/story.ts';

const WELL: Served = {
  chain: [
    {
      fingerprint: certificate().fingerprint ?? '',
      fingerprint256: 'a',
      subject: null,
      issuer: null,
      names: [],
      serialNumber: '01',
      notBeforeMs: NOW,
      notAfterMs: certificate().notAfterMs ?? 0,
    },
  ],
  earliestNotAfterMs: certificate().notAfterMs ?? 0,
  untrusted: null,
  protocol: 'TLSv1.3',
  address: '192.0.2.1',
};
const BAD: Served = { ...WELL, untrusted: { code: 'unknown_issuer', message: 'an intermediate is missing' } };
const UNSEEN = null;

/** What was last seen at each of the places a, b, …; all of them fail now where nothing was seen. */
function at(...served: readonly (Served | null)[]): readonly Look[] {
  return served.map((one, n) => ({
    endpoint: {
      host: `${String.fromCharCode(97 + n)}.example.com`,
      port: 443,
      serverName: null,
      startTls: null,
      named: true,
    },
    served: one,
    failure: one === null ? { reason: 'timeout', message: 'too late' } : null,
  }));
}

describe('an alert about what is served', () => {
  test.each<[string, readonly (readonly Look[])[], readonly (readonly string[])[]]>([
    [
      'lasts over a restart until its place is seen again',
      [at(BAD), at(UNSEEN), at(UNSEEN), at(WELL)],
      [['first untrusted'], [], [], ['resolved untrusted seen']],
    ],
    [
      'is over when its own place is well, though another one is never seen',
      [at(BAD, UNSEEN), at(UNSEEN, UNSEEN), at(WELL, UNSEEN)],
      [['first untrusted'], [], ['resolved untrusted seen']],
    ],
    [
      'about two places lasts until both are seen',
      [at(BAD, BAD), at(WELL, UNSEEN), at(WELL, WELL)],
      [['first untrusted'], [], ['resolved untrusted seen']],
    ],
    [
      'about two places lasts until both are seen, also where the one was seen to be bad again meanwhile',
      [at(BAD, BAD), at(BAD, UNSEEN), at(WELL, UNSEEN), at(WELL, WELL)],
      [['first untrusted'], [], [], ['resolved untrusted seen']],
    ],
    [
      'lasts where another place is bad for a while, and its own is not seen',
      [at(WELL, BAD), at(BAD, UNSEEN), at(WELL, UNSEEN), at(WELL, WELL)],
      [['first untrusted'], [], [], ['resolved untrusted seen']],
    ],
    [
      'about two places is over when both are well, though another one is never seen',
      [at(BAD, BAD, UNSEEN), at(WELL, BAD, UNSEEN), at(WELL, WELL, UNSEEN)],
      [['first untrusted'], [], ['resolved untrusted seen']],
    ],
    [
      'about two places lasts at the one that was not seen to be well, whichever is not seen then',
      [at(BAD, BAD), at(WELL, UNSEEN), at(UNSEEN, UNSEEN), at(UNSEEN, WELL)],
      [['first untrusted'], [], [], ['resolved untrusted seen']],
    ],
    [
      'is over for nobody where its place is not looked at any more, and another one is well',
      [at(BAD, WELL), at(BAD, WELL).slice(1)],
      [['first untrusted'], []],
    ],
    [
      'is over for nobody where one of its places is not looked at any more, and the other one is well',
      [at(BAD, BAD), at(BAD, WELL).slice(1)],
      [['first untrusted'], []],
    ],
    [
      'begins while other places are not seen',
      [at(UNSEEN, UNSEEN), at(UNSEEN, BAD)],
      [[], ['first untrusted']],
    ],
  ])('%s', (_what, checks, expected) => {
    const steps = checks.map((looks, n) => ({
      nowMs: NOW + n * HOUR_MS,
      reading: readOk(),
      surroundings: { ...ALONE, looks },
    }));
    expect(words(tell(steps))).toEqual(expected);
  });
});

test('where else it is so is written down, and remembered over a restart', () => {
  const judged = (looks: readonly Look[], before: ReturnType<typeof judge> | null = null) =>
    judge({
      configured: configured(),
      reading: readOk(),
      remembered: { watch: before?.watch ?? null, alerts: before?.alerts ?? [], silence: null },
      surroundings: { ...ALONE, looks },
      policy: POLICY,
      to: ['oncall@example.com'],
      nowMs: NOW,
    });
  const first = judged(at(BAD, WELL));
  const second = judged(at(BAD, BAD), first);
  expect(second.alertsChanged).toBe(true);
  expect(second.addressed).toEqual([]);
  const restarted = judged(at(WELL, UNSEEN), second);
  expect(restarted.addressed).toEqual([]);
  expect(restarted.alerts).toMatchObject([
    { ended: null, place: { endpoint: 'b.example.com:443', more: 0 } },
  ]);
  expect(judged(at(WELL, UNSEEN), restarted).alertsChanged).toBe(false);
});
