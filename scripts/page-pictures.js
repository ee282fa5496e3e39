// `npm run pictures`, its second half: photographs the pages into docs/page. Needs Chromium (test/e2e/tools/chromium.sh).
import { rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
// Beside the packages that it takes from there, and beside the tools whose place it knows relative to itself.
const outfile = `${root}test/e2e/page/pictures.bundle.mjs`;
await build({
  entryPoints: [`${root}test/e2e/page/pictures.ts`],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
try {
  const { takePictures } = await import(pathToFileURL(outfile).href);
  await takePictures(process.argv[2] ?? `${root}docs/page`, (text) => console.log(text));
} finally {
  await rm(outfile);
}
