// Builds the image from the unchanged Dockerfile, with this machine's way to the registry mounted into the build.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildah, runToEnd } from './engine.ts';

export const IMAGE = 'localhost/ccm-cert-monitor:e2e';
export const BUILD_ARGS = {
  VERSION: '1.2.3-e2e',
  REVISION: '0123456789ab',
  CREATED: '2026-11-23T00:00:00Z',
} as const;

const ROOT = resolve('.');

/** Builds and tags the image; what an earlier run left is removed. About half a minute with npm's cache, and one without. */
export function buildImage(): void {
  const folder = mkdtempSync(join(tmpdir(), 'ccm-image-'));
  try {
    const npmrc = join(folder, 'npmrc');
    const certificates = npmSetting('cafile');
    // What npm already has is taken from there: packages are checked against the lock file's hashes either way.
    const lines = [`registry=${npmSetting('registry')}`, 'prefer-offline=true', 'update-notifier=false'];
    writeFileSync(
      npmrc,
      [...lines, ...(certificates === null ? [] : [`cafile=${certificates}`]), ''].join('\n'),
    );
    const cache = join(process.env['npm_config_cache'] ?? join(homedir(), '.npm'), '_cacache');
    const mounts = [
      `${npmrc}:/root/.npmrc:ro`,
      ...(certificates === null ? [] : [`${certificates}:${certificates}:ro`]),
      ...(existsSync(cache) ? [`${cache}:/root/.npm/_cacache:O`] : []),
    ];
    runToEnd(buildah(), [
      ...['bud', '--quiet', '--isolation', 'chroot', '--pull-never', '--format', 'docker', '--tag', IMAGE],
      ...mounts.flatMap((mount) => ['--volume', mount]),
      ...Object.entries(BUILD_ARGS).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      ROOT,
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Removes the image and what building left without a name. */
export function removeImage(): void {
  runToEnd(buildah(), ['rmi', '--force', IMAGE]);
  runToEnd(buildah(), ['rmi', '--prune', '--force']);
}

/** Paths of all files that a build is given, relative to the project's folder. */
export function filesOfContext(): readonly string[] {
  const name = 'localhost/ccm-context:e2e';
  const folder = mkdtempSync(join(tmpdir(), 'ccm-context-'));
  try {
    const file = join(folder, 'Dockerfile');
    writeFileSync(file, 'FROM scratch\nCOPY . /\n');
    runToEnd(buildah(), ['bud', '--quiet', '--format', 'docker', '--tag', name, '--file', file, ROOT]);
    return filesOfImage(name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lists the files of an image that has nothing to run, and removes it. */
function filesOfImage(name: string): readonly string[] {
  const container = runToEnd(buildah(), ['from', '--pull-never', name]).trim();
  try {
    const mounted = runToEnd(buildah(), ['mount', container]).trim();
    return runToEnd(['find'], [mounted, '-type', 'f', '-printf', '%P\\n']).trim().split('\n').sort();
  } finally {
    runToEnd(buildah(), ['rm', container]);
    runToEnd(buildah(), ['rmi', '--force', name]);
  }
}

/** A setting of npm on this machine; null where it has none. */
function npmSetting(key: string): string | null {
  const value = runToEnd(['npm'], ['config', 'get', key]).trim();
  return value === 'null' || value === 'undefined' ? null : value;
}
