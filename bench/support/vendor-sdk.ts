// The vendor's SDK core with all that it needs, installed from bench/vendor-sdk into the bundles' folder: nobody who builds or tests needs it.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** `folder` has it, in this version, in its node_modules. */
export type VendorSdk =
  | { readonly ok: true; readonly folder: string; readonly version: string }
  | { readonly ok: false; readonly why: string };

const MANIFEST = z.object({ version: z.string() });
const LOCK = 'package-lock.json';
const FILES = ['package.json', LOCK] as const;
const LONGEST_MS = 2 * 60_000;

/** Installs what is not there yet: 45 packages in exact versions, none of which runs a script. */
export function installVendorSdk({ root, folder }: { root: string; folder: string }): VendorSdk {
  const from = join(root, 'bench', 'vendor-sdk');
  const into = join(folder, 'vendor-sdk');
  if (isInstalled(from, into)) return installedIn(into);
  mkdirSync(into, { recursive: true });
  for (const file of FILES) copyFileSync(join(from, file), join(into, file));
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefix', into];
  const { status, stderr, error } = spawnSync('npm', ['ci', ...options], {
    cwd: into,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: LONGEST_MS,
  });
  if (status === 0) return installedIn(into);
  const [line = error?.message ?? 'npm ci did not end in time'] = stderr?.match(/(?<=^npm error ).+/m) ?? [];
  return { ok: false, why: `the vendor's SDK cannot be installed: ${line}` };
}

function installedIn(folder: string): VendorSdk {
  const manifest = join(folder, 'node_modules', '@huaweicloud', 'huaweicloud-sdk-core', 'package.json');
  return { ok: true, folder, ...MANIFEST.parse(JSON.parse(readFileSync(manifest, 'utf8'))) };
}

/** npm writes its own list last. */
function isInstalled(from: string, into: string): boolean {
  if (!existsSync(join(into, 'node_modules', '.package-lock.json')) || !existsSync(join(into, LOCK)))
    return false;
  return readFileSync(join(into, LOCK)).equals(readFileSync(join(from, LOCK)));
}
