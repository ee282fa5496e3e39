// Writes config/schema.json from the parser of the configuration: run it after every change of src/config.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'ccm-schema-'));
try {
  const outfile = join(folder, 'json-schema.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('src/config/json-schema.ts', root))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'warning',
  });
  const { configSchemaText } = await import(pathToFileURL(outfile).href);
  writeFileSync(new URL('config/schema.json', root), configSchemaText());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
