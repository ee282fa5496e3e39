// Starts the demo: `npm run demo -- [--for 45s] [--keep]`. Bundles the monitor and the simulator, then lets them play.
import { fileURLToPath } from 'node:url';
import { buildProgram, bundle } from './build.js';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
await Promise.all([buildProgram('dist'), bundle('test/simulator/demo.ts', 'dist/demo.mjs')]);
/** @type {typeof import('../test/simulator/demo.ts')} */
const { runDemo } = await import('../dist/demo.mjs');

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    // The second one means: at once.
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  });
}
process.exitCode = await runDemo({
  root,
  args: process.argv.slice(2),
  say: (text) => void process.stdout.write(`${text}\n`),
  signal: stop.signal,
});
