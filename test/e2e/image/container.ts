// Runs the image as a hardened cluster would: read-only root, no capability, no new privileges, little memory.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createWatch } from '../../simulator/wait-for.ts';
import { IMAGE } from './build.ts';
import { podman, runToEnd } from './engine.ts';

export interface ContainerOptions {
  /** Arguments of the program, or of `entrypoint`. */
  readonly args?: readonly string[];
  readonly entrypoint?: string;
  /** `source:target:options`. */
  readonly mounts?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default 128. */
  readonly memoryMebibytes?: number;
}

export interface Container {
  /** Everything printed so far, both streams. */
  output(): string;
  /** Resolves with `http://127.0.0.1:PORT` once the program listens. */
  url(): Promise<string>;
  waitForOutput(text: string): Promise<void>;
  /** Process id on this machine. */
  pid(): number;
  /** Sends the image's own stop signal, kills after 25 s, and resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Ends it at once, if it runs. */
  kill(): Promise<void>;
  readonly ended: Promise<number | null>;
}

/** Starts a container; whoever starts it ends it. */
export function startContainer(options: ContainerOptions = {}): Container {
  const name = `ccm-e2e-${randomUUID()}`;
  const [program, ...first] = podman();
  const child = spawn(program, [...first, ...runArguments(name, options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = collect(child);
  const ended = once(child, 'close').then(([code]) => code);
  const waitForOutput = async (text: string): Promise<void> => {
    await printed.waitFor((all) => all.includes(text), { timeoutMs: 20_000 });
  };
  return {
    output: printed.text,
    waitForOutput,
    ended,
    async url() {
      await waitForOutput('"msg":"Listening on');
      return `http://127.0.0.1:${/"port":(\d+)/.exec(printed.text())?.[1]}`;
    },
    pid: () => Number(runToEnd(podman(), ['inspect', '--format', '{{.State.Pid}}', name])),
    async stop() {
      runToEnd(podman(), ['stop', '--time', '25', name]);
      return await ended;
    },
    async kill() {
      if (child.exitCode === null) runToEnd(podman(), ['rm', '--force', '--ignore', name]);
      await ended;
    },
  };
}

/** Runs a container to its end. */
export async function runContainer(
  options: ContainerOptions,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const container = startContainer(options);
  const code = await container.ended;
  return { code, output: container.output() };
}

/** A volume of the engine's, empty, as a claim would be; removed by `remove`. */
export function createVolume(): { readonly name: string; remove(): void } {
  const name = runToEnd(podman(), ['volume', 'create']).trim();
  return { name, remove: () => void runToEnd(podman(), ['volume', 'rm', '--force', name]) };
}

function runArguments(name: string, options: ContainerOptions): readonly string[] {
  const { args = [], entrypoint, mounts = [], env = {}, memoryMebibytes = 128 } = options;
  return [
    ...['run', '--rm', '--name', name, '--network', 'host'],
    // Without its own temporary folders: the volume is all that can be written.
    ...['--read-only', '--read-only-tmpfs=false', '--cap-drop', 'all'],
    ...['--security-opt', 'no-new-privileges', '--memory', `${memoryMebibytes}m`],
    // The engine's defaults are more than a machine without systemd allows.
    ...['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=4096:4096'],
    ...mounts.flatMap((mount) => ['--volume', mount]),
    ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...(entrypoint === undefined ? [] : ['--entrypoint', entrypoint]),
    IMAGE,
    ...args,
  ];
}

function collect(child: ChildProcess) {
  let text = '';
  const watch = createWatch<string>(
    () => text,
    (all) => `this output: ${all.slice(-4_000)}`,
  );
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) throw new Error('the container has no output');
    createInterface({ input: stream }).on('line', (line) => {
      text += `${line}\n`;
      watch.changed();
    });
  }
  return { text: () => text, waitFor: watch.waitFor };
}
