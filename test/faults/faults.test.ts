// The pure parts of the campaign of faults: the same seed makes the same run, and what is looked for would be found.
import { describe, expect, test } from '@jest/globals';
import { START_TLS } from '../../src/certificates/endpoint.ts';
import { createRefused } from '../../src/probe/addresses.ts';
import { createRandom } from '../support/random.ts';
import { damagedBytes } from './experiments/disk.ts';
import { CELLS, classOf } from './experiments/mail-faults.ts';
import { shapesFor } from './experiments/redirects.ts';
import { EXPERIMENTS } from './experiments.ts';
import { parseOptions } from './options.ts';
import { pageWith, tableText } from './report.ts';
import { ENDPOINT_FAULTS } from './support/endpoint-faults.ts';
import { inLanes, partsOf } from './support/lanes.ts';
import { createLedger, passed, sum, took } from './support/ledger.ts';
import { LIST_LIES } from './support/list-lies.ts';
import { markupOf, smuggledIn } from './support/markup.ts';
import { believable, mutatedBody } from './support/mutations.ts';
import { PRIVATE_NAMES } from './support/private-names.ts';
import { checksIn, isPrompt, quantile, samplesOf } from './support/scrape.ts';
import { tellingsOf } from './support/tellings.ts';
import { hostileText } from './support/texts.ts';

const NAMES = ['kills', 'clock'];
const ID = 'scs1590053258704';

describe('the options', () => {
  test('are all experiments with seed 1 where nothing is said', () => {
    expect(parseOptions([], NAMES)).toEqual({
      seed: 1,
      full: false,
      rounds: null,
      only: NAMES,
      write: false,
    });
  });

  test('name experiments, rounds and the seed', () => {
    const args = ['--only', 'clock', '--rounds', '3', '--seed', '0', '--full', '--write'];
    expect(parseOptions(args, NAMES)).toEqual({
      seed: 0,
      full: true,
      rounds: 3,
      only: ['clock'],
      write: true,
    });
  });

  test.each([
    [['--only', 'sleep'], 'Cannot run the faults: there is no experiment sleep, only kills, clock'],
    [['--rounds', '0'], 'Cannot run the faults: --rounds must be a whole number from 1, not 0'],
    [['--seed', 'x'], 'Cannot run the faults: --seed must be a whole number from 0, not x'],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j is refused', (args, message) => {
    expect(() => parseOptions(args, NAMES)).toThrow(message);
  });
});

describe('the experiments', () => {
  test('have names of their own, and more rounds in full', () => {
    expect(new Set(EXPERIMENTS.map(({ name }) => name)).size).toBe(EXPERIMENTS.length);
    for (const { rounds } of EXPERIMENTS) expect(rounds.full).toBeGreaterThan(rounds.short);
  });

  test('meet 72 cells of mail faults, each with one class', () => {
    expect(CELLS).toHaveLength(72);
    const classes = CELLS.map(classOf);
    expect(
      ['deferred', 'refused', 'parked', 'ambiguous'].map((one) => classes.filter((is) => is === one).length),
    ).toEqual([58, 6, 3, 5]);
  });

  test.each([
    ['lists', LIST_LIES],
    ['endpoints', ENDPOINT_FAULTS],
  ])('meet %s that go wrong in ways of their own', (_, ways) => {
    expect(new Set(ways.map(({ name }) => name)).size).toBe(ways.length);
  });

  test('meet each protocol before TLS in seven ways, and names that lead nowhere but inside', () => {
    expect(ENDPOINT_FAULTS.filter(({ startTls }) => startTls !== null)).toHaveLength(7 * START_TLS.length);
    const isRefused = createRefused();
    expect(
      Object.values(PRIVATE_NAMES)
        .flat()
        .filter((address) => !isRefused(address)),
    ).toEqual([]);
  });

  test('meet twenty redirects, ten of them to a stranger in ten spellings', () => {
    expect(shapesFor('http://127.0.0.1:81')).toHaveLength(20);
  });
});

describe('the report', () => {
  const result = { ...createLedger(), rounds: 1_000, worstMs: 1_500, facts: '2 copies' };
  const one = { name: 'kills', unit: 'kills', seed: 7, tookMs: 180_000, result };

  test('says what was counted, and how long it took', () => {
    expect(tableText([one]).split('\n')[2]).toBe(
      '| kills | 1,000 kills | 0 | 0 | 0 | 1.5 s | yes | 7 | 3 min | 2 copies |',
    );
  });

  test('puts a row in place of the older one, and keeps the others in their order', () => {
    const page = pageWith(
      'before\n<!-- faults: begin -->\n<!-- faults: end -->\nafter\n',
      [{ ...one, name: 'clock' }, one],
      NAMES,
    );
    const again = pageWith(page, [{ ...one, seed: 8 }], NAMES);
    expect(again.split('\n').map((line) => line.slice(0, 9))).toEqual([
      'before',
      '<!-- faul',
      '| experim',
      '| --- | -',
      '| kills |',
      '| clock |',
      '<!-- faul',
      'after',
      '',
    ]);
    expect(again).toContain('| yes | 8 |');
  });

  test.each([[{ lost: 1 }], [{ doubled: 1 }], [{ leaked: 1 }], [{ faults: ['x'] }]])(
    '%j is no pass',
    (over) => {
      expect(passed({ ...result, ...over })).toBe(false);
      expect(tableText([{ ...one, result: { ...result, ...over } }])).toContain('| NO |');
    },
  );

  test('adds up what ran side by side', () => {
    const [a, b] = [createLedger(), createLedger()];
    took(a, 5);
    took(b, 3);
    a.lost = 1;
    b.faults.push('x');
    expect(sum([a, b, createLedger()])).toMatchObject({ lost: 1, worstMs: 5, faults: ['x'] });
  });
});

describe('a mutated body', () => {
  test('is the same for the same seed, and often cannot be believed', () => {
    const made = () =>
      Array.from(
        { length: 500 },
        (() => {
          const random = createRandom(3);
          return () => mutatedBody(ID, random);
        })(),
      );
    expect(made()).toEqual(made());
    const share = made().filter((text) => believable(text, ID) === null).length / 500;
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.8);
  });

  test.each([
    ['{"status":"ISSUED","not_after":"2027-01-01 00:00:00.0"}', { status: 'ISSUED', dated: true }],
    ['{"status":" ISSUED ","not_after":"2026-02-30 00:00:00.0"}', { status: 'ISSUED', dated: false }],
    ['{"status":"ISSUED","not_after":"2027-01-01 00:00:00.x"}', { status: 'ISSUED', dated: false }],
    ['{"status":"PAID","not_after":253402300800000}', { status: 'PAID', dated: false }],
    ['{"status":"PAID","id":"another"}', null],
    ['{"status":["ISSUED"]}', null],
    ['[{"status":"ISSUED"}]', null],
    ['{"status":""}', null],
    ['{"status":"ISSUED"', null],
  ])('%s is believed as %j', (text, expected) => {
    expect(believable(text, ID)).toEqual(expected);
  });
});

describe('what is looked for', () => {
  const OURS = markupOf(['<p class="x">y</p><a href="/x">y</a>']);

  test.each([
    ['<p>x<script>1</script></p>', '<script>'],
    ['<p onclick=x>x</p>', '<p onclick>'],
    ['<a href="javascript:x">x</a>', 'a link to javascript:x'],
  ])('%s is found', (html, found) => {
    expect(smuggledIn(html, OURS)).toEqual([found]);
  });

  test('escaped markup and our own links are no find', () => {
    expect(
      smuggledIn('<p class="x">&lt;script&gt;</p><a href="/x">y</a><a href="https://x.example">z</a>', OURS),
    ).toEqual([]);
  });

  test('hostile texts are the same for the same seed, and differ', () => {
    const made = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 50 }, () => hostileText(random));
    };
    expect(made(1)).toEqual(made(1));
    expect(new Set(made(1)).size).toBeGreaterThan(40);
  });

  test('damaged bytes are damaged', () => {
    const sound = Buffer.from(Array.from({ length: 20_000 }, (_, n) => n % 251));
    const random = createRandom(5);
    const changed = Array.from({ length: 200 }, () => damagedBytes(sound, random)).filter(
      (bytes) => !bytes.equals(sound),
    );
    expect(changed.length).toBeGreaterThan(190);
  });

  test('a certificate told under two Message-IDs is doubled, under none lost, and a copy is a copy', () => {
    const mail = (messageId: string, id: string) => ({
      raw: `Message-ID: <${messageId}>\r\n\r\n${id.slice(0, 9)}=\r\n${id.slice(9)}`,
      envelope: { from: '', to: [] },
      messageId,
      atMs: 0,
      secure: true,
      user: null,
      answered: true,
    });
    const [one, two, three] = ['scs1590053258701', 'scs1590053258702', 'scs1590053258703'];
    expect(
      tellingsOf([mail('a', one), mail('b', one), mail('c', two), mail('c', two)], [one, two, three]),
    ).toEqual({ lost: 1, doubled: 1, copies: 1 });
  });
});

describe('figures', () => {
  test('are read from the text of /metrics', () => {
    const samples = samplesOf(
      '# HELP x\nccm_monitor_checks_total{result="complete"} 3\nccm_monitor_checks_total{result="failed"} 1\nccm_monitor_checks_total{result="skipped"} 9\n',
    );
    expect(checksIn(samples)).toBe(4);
  });

  test('a bound holds as it stands, and is stretched only where a bare server is slow too', () => {
    expect(quantile([3, 1, 2], 0.99)).toBe(3);
    expect(isPrompt({ ours: [99], bare: [1] }, 100)).toBe(true);
    expect(isPrompt({ ours: [101], bare: [19] }, 100)).toBe(false);
    expect(isPrompt({ ours: [150], bare: [40] }, 100)).toBe(true);
  });

  test('lanes keep the order, and end with the first failure', async () => {
    expect(partsOf(5, 2)).toEqual([2, 2, 1]);
    expect(await inLanes([3, 1, 2], 2, async (n) => n * 2)).toEqual([6, 2, 4]);
    await expect(inLanes([1], 1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
