// Runs the campaign of faults: `npm run faults -- [--seed N] [--only NAME,…] [--rounds N] [--full] [--write]`; test/faults is bundled, and the program is built beside it.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildProgram, bundle } from './build.js';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
// A folder of its own for each run: two may run at once, and tests may be making dist/main.js anew.
const folder = join(root, 'dist', 'faults', String(process.pid));
mkdirSync(folder, { recursive: true });
const campaign = join(folder, 'campaign.mjs');
await Promise.all([buildProgram(folder), bundle('test/faults/main.ts', campaign)]);
process.env.CCM_TEST_PROGRAM = join(folder, 'main.js');
const { run } = await import(campaign);

const clear = () => void (process.stderr.isTTY && process.stderr.write('\r\u001b[K'));
try {
  process.exitCode = await run({
    args: process.argv.slice(2),
    say: (text) => {
      clear();
      process.stdout.write(`${text}\n`);
    },
    // Progress goes to people only, so that the output can be kept as it is.
    note: (text) => void (process.stderr.isTTY && process.stderr.write(`\r\u001b[K${text}`)),
  });
} catch (error) {
  if (error.code !== 'USAGE') throw error;
  console.error(error.message);
  process.exitCode = 2;
} finally {
  clear();
  rmSync(folder, { recursive: true, force: true });
}
