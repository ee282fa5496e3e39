// Mutation testing: `npm run mutate -- [--only alerts/reconcile]`. Changes the decisions one place at a time, by Stryker's mutators,
// and counts the changes that a test notices. Stryker's own runner starts jest anew for each of two thousand mutants, which takes
// hours here; this one bundles the tests once, with all mutants in it, and runs only the tests that reach the mutant.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Script } from 'node:vm';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { build } from 'esbuild';

const NEEDED_PERCENT = 90;
const FOLDERS = ['alerts', 'certificates'];
/** What empties the outbox is judged by its own tests, and they by it alone: each of its mutants makes waits run out. */
const OUTBOX = /alerts\/(deliver|backoff|turns)/;
const PASSES = [(name) => !OUTBOX.test(name), (name) => OUTBOX.test(name)];
/** Random histories would run for each mutant; the stories and tables must notice by themselves. */
const LEFT_OUT = /properties/;
/** A mutant that makes a wait run out is noticed: a test may last ten times as long as without it, and at least this. */
const SHORTEST_LIMIT_MS = 1_000;

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, mutant: { type: 'string' } },
});
const require = createRequire(import.meta.url);

const state = {};
globalThis.__stryker__ = state;
/** What a process of its own is given to judge one mutant, and how it answers. */
const GIVEN = 'dist/mutants.json';
const ENDS = ['survived', 'killed', 'timeout'];
const LONGEST_MS = 60_000;

if (values.mutant !== undefined) {
  const { code, covered, limits } = JSON.parse(readFileSync(GIVEN, 'utf8'));
  const load = loaderOf(code);
  const end = await endOf({ id: values.mutant }, { load, covered, limits: new Map(limits) });
  process.exit(ENDS.indexOf(end));
}
const results = [];
for (const pass of PASSES) await measure(pass);
report();
process.exit(process.exitCode);

/** The tests, from modules that were just loaded: constants are made anew, under the mutant that is on. */
function loaderOf(code) {
  const script = new Script(`(require, module, exports) => {${code}\n}`, { filename: 'mutants.js' });
  return () => {
    script.runInThisContext()(require, { exports: {} }, {});
    return globalThis.collected;
  };
}

function filesOf(folder, belongs) {
  const names = FOLDERS.flatMap((name) =>
    readdirSync(join(folder, name)).map((file) => join(folder, name, file)),
  );
  return names.filter((name) => name.endsWith('.ts') && belongs(name));
}

async function measure(belongs) {
  const sources = filesOf('src', belongs);
  if (!sources.some((name) => name.includes(values.only))) return;
  const { code, mutants } = await bundleWithMutants(sources, belongs);
  const load = loaderOf(code);
  state.mutantCoverage = undefined;
  const unchanged = await runUnchanged(load);
  const isolated = belongs('src/alerts/deliver.ts');
  mkdirSync('dist', { recursive: true });
  if (isolated)
    writeFileSync(GIVEN, JSON.stringify({ code, covered: unchanged.covered, limits: [...unchanged.limits] }));
  for (const mutant of mutants.filter(({ fileName }) => fileName.includes(values.only))) {
    const end = isolated ? endElsewhere(mutant, unchanged) : await endOf(mutant, { load, ...unchanged });
    results.push({ mutant, end });
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${results.length} mutants`);
  }
}

/** The tests as one text, in which every mutant can be switched on. */
async function bundleWithMutants(files, belongs) {
  const silent = { isDebugEnabled: () => false, debug() {}, info() {}, warn() {} };
  const given = files.map((name) => ({ name, mutate: true, content: readFileSync(name, 'utf8') }));
  const options = { plugins: null, excludedMutations: [], ignorers: [], mutator: {} };
  const instrumented = await new Instrumenter(silent).instrument(given, options);
  const texts = new Map(instrumented.files.map(({ name, content }) => [join(root, name), content]));
  const entry = filesOf('test', belongs).filter((name) => name.endsWith('.test.ts') && !LEFT_OUT.test(name));
  const { outputFiles } = await build({
    stdin: { contents: entry.map((name) => `import './${name}';`).join('\n'), resolveDir: root },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    external: ['expect', 'libsql'],
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
    logLevel: 'error',
    plugins: [{ name: 'mutants', setup: (bundler) => withMutants(bundler, texts) }],
  });
  return { code: outputFiles[0].text, mutants: instrumented.mutants };
}

function withMutants(bundler, texts) {
  bundler.onResolve({ filter: /^@jest\/globals$/ }, () => ({
    path: join(root, 'scripts/mutate/jest-globals.js'),
  }));
  bundler.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) =>
    texts.has(path) ? { contents: texts.get(path), loader: 'ts' } : undefined,
  );
  bundler.onLoad({ filter: /\.test\.ts$/ }, ({ path }) => ({
    contents: `testFileBegins();\n${readFileSync(path, 'utf8')}`,
    loader: 'ts',
  }));
}

/** Notes which tests reach which mutant, and how long each test lasts; ends the program where one fails. */
async function runUnchanged(load) {
  const tests = load();
  const limits = new Map();
  for (const test of tests) {
    state.currentTestId = test.title;
    const startedMs = performance.now();
    const failure = await failureOf(test, 60_000);
    if (failure !== null) {
      console.error(`Cannot measure the tests: ${test.title} fails without a mutant: ${failure}`);
      process.exit(1);
    }
    limits.set(test.title, Math.max(SHORTEST_LIMIT_MS, 10 * (performance.now() - startedMs)));
  }
  state.currentTestId = undefined;
  return { covered: state.mutantCoverage, limits };
}

/** In a process of its own: a test of the outbox that was left in the middle goes on with files and timers. */
function endElsewhere({ id }, { covered }) {
  if (hitsOf(id, covered) === 0) return 'unreached';
  const { status } = spawnSync(process.execPath, ['scripts/mutate.js', '--mutant', id], {
    timeout: LONGEST_MS,
    stdio: 'ignore',
  });
  return status === null ? 'timeout' : (ENDS[status] ?? 'killed');
}

function hitsOf(id, { static: atLoad, perTest }) {
  return Object.values(perTest).reduce((sum, test) => sum + (test[id] ?? 0), atLoad[id] ?? 0);
}

/** `killed`, `timeout`, `survived`, or `unreached`: no test comes by. */
async function endOf({ id }, { load, covered, limits }) {
  const atLoad = covered.static[id] ?? 0;
  const hits = hitsOf(id, covered);
  if (hits === 0) return 'unreached';
  Object.assign(state, { activeMutant: id, hitCount: 0, hitLimit: 1_000 + 100 * hits });
  try {
    const tests = load();
    for (const test of tests) {
      if (atLoad === 0 && !covered.perTest[test.title]?.[id]) continue;
      const failure = await failureOf(test, limits.get(test.title) ?? SHORTEST_LIMIT_MS);
      if (failure !== null) return failure === 'timeout' ? 'timeout' : 'killed';
    }
    return 'survived';
  } catch {
    return 'killed';
  } finally {
    state.activeMutant = undefined;
  }
}

/** Why the test fails, or null. */
async function failureOf({ run, hooks }, limitMs) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve('timeout'), limitMs);
  });
  const whole = async () => {
    try {
      for (const before of hooks.beforeEach) await before();
      await run();
      return null;
    } catch (error) {
      return String(error?.message ?? error);
    }
  };
  const failure = await Promise.race([whole(), late]);
  clearTimeout(timer);
  try {
    for (const after of hooks.afterEach) await after();
  } catch (error) {
    return failure ?? String(error);
  }
  return failure;
}

function report() {
  for (const { mutant, end } of results) {
    if (end !== 'survived' && end !== 'unreached') continue;
    const { fileName, location, replacement } = mutant;
    const source = readFileSync(fileName, 'utf8').split('\n')[location.start.line] ?? '';
    console.log(
      `${end} ${fileName}:${location.start.line + 1}:${location.start.column + 1} ${mutant.mutatorName}`,
    );
    console.log(`  ${source.trim()}\n  → ${replacement.replaceAll(/\s+/g, ' ').slice(0, 160)}`);
  }
  console.log(
    '\n| file | mutants | killed | by time | survived | unreached | score |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
  );
  const rows = [...new Set(results.map(({ mutant }) => mutant.fileName))];
  for (const file of rows)
    console.log(
      rowOf(
        basename(file),
        results.filter(({ mutant }) => mutant.fileName === file),
      ),
    );
  console.log(rowOf('**all**', results));
  process.exitCode = scoreOf(results) >= NEEDED_PERCENT ? 0 : 1;
}

function rowOf(name, some) {
  const count = (end) => some.filter((one) => one.end === end).length;
  return `| ${name} | ${some.length} | ${count('killed')} | ${count('timeout')} | ${count('survived')} | ${count('unreached')} | ${scoreOf(some).toFixed(1)} % |`;
}

function scoreOf(some) {
  return (
    (100 * some.filter(({ end }) => end === 'killed' || end === 'timeout').length) / Math.max(1, some.length)
  );
}
