// Bundles src/main.ts into dist/main.js: one file starts about twice as fast as the same modules one by one.
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** @param {string} entry @param {string} outfile */
export async function bundle(entry, outfile) {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    // The native binding is loaded from node_modules; what is bundled must not be looked for there.
    external: ['libsql', 'smtp-server', 'mailparser'],
    define: {
      'process.env.CCM_VERSION': JSON.stringify(manifest.version),
      'process.env.CCM_REVISION': JSON.stringify(revision()),
      'process.env.CCM_BCRYPT_THREAD': JSON.stringify(await bcryptThread()),
    },
    // CommonJS packages inside the bundle still call require for Node's own modules.
    banner: {
      js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
    },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  chmodSync(outfile, 0o755);
}

/** The program of the thread that compares passwords, as one text: src/web/bcrypt.ts starts it. */
export async function bcryptThread() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../src/web/bcrypt-thread.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

function revision() {
  if (process.env.CCM_REVISION) return process.env.CCM_REVISION;
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return 'unknown';
  }
}

if (import.meta.url === `file://${process.argv[1]}`) await bundle('src/main.ts', 'dist/main.js');
