// Runs a simulation of test/: `npm run model|year|soak -- [--seed N] …`; its main.ts is bundled, so that it runs at full speed.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './build.js';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const [name = '', ...args] = process.argv.slice(2);
const folder = join(root, 'dist', 'simulation');
mkdirSync(folder, { recursive: true });
const program = join(folder, `${name}.mjs`);
await bundle(join('test', name, 'main.ts'), program);
const { run } = await import(program);

const clear = () => void (process.stderr.isTTY && process.stderr.write('\r\u001b[K'));
try {
  process.exitCode = await run({
    args,
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
}
clear();
