// Runs buildah and podman on a storage of the tests' own: the machine's images and containers are not touched.
import { spawnSync } from 'node:child_process';
import { inToolsFolder, programInPath } from '../support/tools.ts';

const script = 'containers.sh';

/** A program and its first arguments. */
export type CommandLine = readonly [string, ...string[]];

export function buildah(): CommandLine {
  return [programInPath('buildah', { script }), ...storage()];
}

/** Runs with runc and without systemd, as inside a CI machine. */
export function podman(): CommandLine {
  programInPath('runc', { script });
  return [
    programInPath('podman', { script }),
    ...storage(),
    '--runtime',
    'runc',
    '--cgroup-manager',
    'cgroupfs',
  ];
}

function storage(): readonly string[] {
  const root = inToolsFolder('containers/storage', { script });
  const runRoot = inToolsFolder('containers', { script });
  return ['--root', root, '--runroot', `${runRoot}/run`, '--storage-driver', 'overlay'];
}

/** Runs to the end and returns what was printed on stdout; throws with both streams where the exit code is not 0. */
export function runToEnd([program, ...first]: CommandLine, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, [...first, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new Error(
      `Cannot run ${program} ${args[0]}: it ended with ${status}: ${`${stdout}\n${stderr}`.slice(-4_000)}`,
    );
  return stdout;
}
