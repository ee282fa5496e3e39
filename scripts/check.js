// `npm run check`: everything that can be said of the sources without running them; stops at nothing, fails at the end.
import { spawnSync } from 'node:child_process';

const CHECKS = [
  ['format, lint, folder boundaries', 'biome', ['check', '--error-on-warnings']],
  ['types', 'tsc', ['--project', '.']],
  ['unused code and dependencies', 'knip', []],
];

let failed = 0;
for (const [what, command, args] of CHECKS) {
  const path = `${process.cwd()}/node_modules/.bin:${process.env.PATH}`;
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, PATH: path } });
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'}  ${what}`);
  if (status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
