// Makes V8's compiled form of the program by running it once, up to its first scrape: what ran is compiled, all else is not kept.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const LONGEST_MS = 60_000;

/**
 * Writes `program.cache` beside `program.js`. It holds for this version of Node and the flags it runs with; any other
 * one starts without. A run that fails leaves a compiled form of less.
 * @param {string} folder
 */
export async function compileAhead(folder) {
  const workspace = mkdtempSync(join(tmpdir(), 'ccm-build-'));
  try {
    writeFileSync(join(workspace, 'config.yaml'), JSON.stringify(configurationIn(workspace)));
    const args = [...process.execArgv, fileURLToPath(import.meta.url), resolve(folder), workspace];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: LONGEST_MS,
      killSignal: 'SIGKILL',
    });
    const ended = once(child, 'close');
    for await (const line of createInterface({ input: child.stdout })) {
      const { port } = JSON.parse(line);
      if (port !== undefined) await visit(`http://127.0.0.1:${port}`).finally(() => child.kill('SIGTERM'));
    }
    await ended;
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

/** @param {string} url */
async function visit(url) {
  for (const path of ['/readyz', '/metrics']) await (await fetch(url + path)).arrayBuffer();
}

/** A daemon whose cloud is not there. @param {string} workspace */
function configurationIn(workspace) {
  writeFileSync(join(workspace, 'token'), 'none');
  const token = { file: join(workspace, 'token') };
  return {
    accounts: [{ name: 'build', endpoint: 'http://127.0.0.1:9', credentials: { type: 'token', token } }],
    certificates: [{ id: 'scs0000000000000' }],
    http: { host: '127.0.0.1', port: 0 },
    state: { path: join(workspace, 'state.db') },
  };
}

/** The child: the program itself, started as `src/start.ts` starts it. @param {readonly string[]} args */
async function runOnce([folder, workspace]) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../src/compiled.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
  });
  const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`;
  /** @type {typeof import('../src/compiled.ts')} */
  const { CODE_CACHE, compileProgram, setEngine } = await import(url);
  setEngine();
  const compiled = compileProgram(folder);
  process.once('exit', () => {
    // Whole or not at all: a test may be starting the program that stands there.
    writeFileSync(join(folder, `${CODE_CACHE}.new`), compiled.codeCache());
    renameSync(join(folder, `${CODE_CACHE}.new`), join(folder, CODE_CACHE));
  });
  process.argv.splice(2, process.argv.length, 'run', '--config', join(workspace, 'config.yaml'));
  compiled.run();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runOnce(process.argv.slice(2));
