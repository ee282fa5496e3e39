// Jest's order of test files: a clean clone knows no times, so the files that take longest are named here and start first.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Sequencer from '@jest/test-sequencer';

/** Started last, each of these would leave the other workers with nothing to do. */
const LONG = [
  'program/daemon',
  'program/deployed',
  'mail/hostile',
  'mail/smtp',
  'program/discovery',
  'program/served',
  'daemon',
  'huawei/list-split',
  'state/store',
  'certificates/succession',
  'program/start',
  'program/kill',
  'program/page',
  'program/web-config',
  'huawei/reader',
  'probe/faults',
  'model/model',
  'state/open',
  'web/web-config-tls',
  'config/load',
].map((name) => fileURLToPath(new URL(`../${name}.test.ts`, import.meta.url)));

function place({ path }) {
  const index = LONG.indexOf(path);
  return index < 0 ? LONG.length : index;
}

export default class LongestFirst extends Sequencer {
  sort(tests) {
    const gone = LONG.filter((path) => !existsSync(path));
    if (gone.length > 0)
      throw new Error(
        `Cannot order the test files: there is no ${gone.join(', ')}; name it as it is called now`,
      );
    const sorted = super.sort(tests);
    const isTimed = sorted.some(({ duration }) => duration !== undefined);
    return isTimed ? sorted : sorted.toSorted((one, other) => place(one) - place(other));
  }
}
