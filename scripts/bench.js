// Runs the benchmark: `npm run bench -- [--quick] [--rounds N] [--only reads,check,memory,scrape,rendering,page,start,mails,succession,probe] [--write]`. Every file of bench/ is a process.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildProgram, bundle } from './build.js';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const folder = join(root, 'dist', 'bench');
mkdirSync(join(folder, 'program'), { recursive: true });
const programs = readdirSync('bench').filter((name) => name.endsWith('.ts'));
await Promise.all([
  // A bundle of its own: tests may be running dist/main.js.
  buildProgram(join(folder, 'program')),
  ...programs.map((name) => bundle(join('bench', name), join(folder, name.replace(/\.ts$/, '.mjs')))),
]);
/** @type {typeof import('../bench/main.ts')} */
const { runBench } = await import('../dist/bench/main.mjs');

process.exitCode = await runBench({
  root,
  folder,
  args: process.argv.slice(2),
  say: (text) => void process.stdout.write(`${text}\n`),
  // Progress goes to people only, so that the output can be kept as it is.
  note: (text) => void (process.stderr.isTTY && process.stderr.write(`\r\u001b[K${text}`)),
});
if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
