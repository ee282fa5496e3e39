// The image: built from the unchanged Dockerfile and run as a hardened cluster would run it, against a simulated cloud and mail server.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { HEADER_BYTES, V8_FLAGS } from '../../../src/compiled.ts';
import { issued, revocation } from '../../simulator/certificates.ts';
import { type Cloud, startCloud } from '../../simulator/cloud.ts';
import { createWorkspace, type Workspace } from '../../support/program.ts';
import { accountOf, emailOf } from '../../support/setting.ts';
import { headerOf, type StageServer, startStageServer } from '../../support/smtp/stage-server.ts';
import { TEST_CA_FILE } from '../../support/smtp/test-tls.ts';
import { BUILD_ARGS, buildImage, filesOfContext, IMAGE, removeImage } from './build.ts';
import { type Container, createVolume, runContainer, startContainer } from './container.ts';
import { podman, runToEnd } from './engine.ts';

const USER_ID = 65_532;
const CONFIG_FOLDER = '/etc/ccm-cert-monitor';
const STATE_FOLDER = '/var/lib/ccm-cert-monitor';
const RACE_ROUNDS = 9;

let programMadeHere: string;

beforeAll(() => {
  programMadeHere = sha256OfProgramMadeHere();
  buildImage();
}, 300_000);
afterAll(removeImage);

/** Runs JavaScript in a hardened container; resolves with what it printed as JSON. */
async function inside(script: string): Promise<unknown> {
  const { code, output } = await runContainer({ entrypoint: 'node', args: ['--eval', script] });
  if (code !== 0) throw new Error(`Cannot look into the image: node ended with ${code}: ${output}`);
  return JSON.parse(output);
}

describe('what is in the image', () => {
  test('a build is given the sources, the lock file and four scripts, and nothing else of the folder', () => {
    const files = filesOfContext();
    expect(files.filter((file) => !file.startsWith('src/'))).toEqual([
      'LICENSE',
      'package-lock.json',
      'package.json',
      'scripts/build.js',
      'scripts/compile-ahead.js',
      'scripts/lean-libraries.js',
      'scripts/sbom.js',
      'tsconfig.json',
    ]);
    expect(files).toContain('src/main.ts');
  });

  test('its labels and settings say what it is, as whom it runs and how it ends', () => {
    const [image] = JSON.parse(runToEnd(podman(), ['image', 'inspect', IMAGE]));
    expect(image.Config).toMatchObject({
      User: `${USER_ID}:${USER_ID}`,
      Entrypoint: ['node', '/app/main.js'],
      StopSignal: 'SIGTERM',
      WorkingDir: STATE_FOLDER,
      Volumes: { [STATE_FOLDER]: {} },
      ExposedPorts: { '10119/tcp': {} },
      Labels: {
        'org.opencontainers.image.title': 'ccm-cert-monitor',
        'org.opencontainers.image.version': BUILD_ARGS.VERSION,
        'org.opencontainers.image.revision': BUILD_ARGS.REVISION,
        'org.opencontainers.image.created': BUILD_ARGS.CREATED,
        'org.opencontainers.image.licenses': 'Apache-2.0',
      },
    });
    expect(image.Config.Env).toContain(`CCM_CONFIG=${CONFIG_FOLDER}/config.yaml`);
  });

  test('its program is byte for byte the one that these sources make here, and beside it is only what the binding needs', async () => {
    const found = await inside(`
      const { readdirSync, readFileSync, statSync } = require('node:fs');
      const files = readdirSync('/app', { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const paths = files.map((entry) => entry.parentPath + '/' + entry.name);
      console.log(JSON.stringify({
        sha256: require('node:crypto').createHash('sha256').update(readFileSync('/app/program.js')).digest('hex'),
        packages: [...new Set(paths.map((path) => /node_modules\\/((@[^/]+\\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean))].sort(),
        others: paths.filter((path) => !/node_modules/.test(path)).sort(),
        writable: paths.filter((path) => statSync(path).uid !== 0 || (statSync(path).mode & 0o222) !== 0),
      }))`);
    expect(found).toEqual({
      sha256: programMadeHere,
      packages: [
        expect.stringMatching(/^@libsql\/linux-(x64|arm64)-gnu$/),
        '@neon-rs/load',
        'detect-libc',
        'libsql',
      ],
      others: [
        'LICENSE',
        'THIRD-PARTY-LICENSES.txt',
        'main.js',
        'package.json',
        'program.cache',
        'program.js',
        'sbom.cdx.json',
      ].map((name) => `/app/${name}`),
      writable: [],
    });
  });

  test('it takes the program as compiled at build time', async () => {
    const found = await inside(`
      const { readFileSync } = require('node:fs');
      const { Script } = require('node:vm');
      for (const flag of ${JSON.stringify(V8_FLAGS)}) require('node:v8').setFlagsFromString(flag);
      const cachedData = readFileSync('/app/program.cache').subarray(${HEADER_BYTES});
      const script = new Script(readFileSync('/app/program.js').toString('latin1'), { cachedData });
      console.log(JSON.stringify({ rejected: script.cachedDataRejected }))`);
    expect(found).toEqual({ rejected: false });
  });

  test('its size is printed, and what we add to the base is less than 20 MB', () => {
    const sizeOf = (name: string): number =>
      Number(runToEnd(podman(), ['image', 'inspect', '--format', '{{.Size}}', name]));
    const size = sizeOf(IMAGE);
    const own = size - sizeOf('docker.io/library/node:24-slim');
    process.stdout.write(
      `image: ${(size / 1e6).toFixed(0)} MB, of which ours ${(own / 1e6).toFixed(1)} MB\n`,
    );
    expect(own).toBeLessThan(20e6);
  });
});

describe('the image without a cluster around it', () => {
  test('can write its state folder and no other, has no capability, and lives in 128 MiB', async () => {
    const found = await inside(`
      const { readFileSync, rmSync, writeFileSync } = require('node:fs');
      const writable = (folder) => { try { writeFileSync(folder + '/x', ''); rmSync(folder + '/x'); return true; } catch { return false; } };
      const status = readFileSync('/proc/self/status', 'utf8');
      console.log(JSON.stringify({
        user: process.getuid(), group: process.getgid(), folder: process.cwd(),
        writable: ['/', '/app', '/etc', '/home', '/root', '/run', '/tmp', '/usr', '/var/tmp', '${STATE_FOLDER}'].filter(writable),
        capabilities: [...status.matchAll(/^Cap\\w+:\\s+(\\w+)$/gm)].map(([, mask]) => BigInt('0x' + mask)).some((mask) => mask !== 0n),
        noNewPrivileges: /^NoNewPrivs:\\s+1$/m.test(status),
        memoryMebibytes: process.constrainedMemory() / 1048576,
      }))`);
    expect(found).toEqual({
      user: USER_ID,
      group: USER_ID,
      folder: STATE_FOLDER,
      writable: [STATE_FOLDER],
      capabilities: false,
      noNewPrivileges: true,
      memoryMebibytes: 128,
    });
  });

  test('says what is missing and ends with 1 where no configuration is mounted', async () => {
    const { code, output } = await runContainer({});
    expect(output).toContain(`${CONFIG_FOLDER}/config.yaml`);
    expect(code).toBe(1);
  });
});

describe('the daemon in a container', () => {
  let cloud: Cloud;
  let smtp: StageServer;
  let workspace: Workspace;
  let volume: ReturnType<typeof createVolume>;
  let containers: Container[];

  beforeEach(async () => {
    containers = [];
    cloud = await startCloud();
    smtp = await startStageServer();
    workspace = createWorkspace();
    volume = createVolume();
  });

  afterEach(async () => {
    for (const container of containers) await container.kill();
    volume.remove();
    await smtp.close();
    await cloud.close();
    workspace.remove();
  });

  /** Everything of the folder is mounted read-only, and readable for the image's user alone. */
  function configure(ids: readonly string[]): void {
    const { credentials, ...account } = accountOf(cloud, workspace);
    const email = emailOf(smtp);
    copyFileSync(TEST_CA_FILE, join(workspace.folder, 'ca.pem'));
    workspace.writeConfig({
      accounts: [
        {
          ...account,
          credentials: { ...Object(credentials), password: { file: `${CONFIG_FOLDER}/iam-password` } },
        },
      ],
      certificates: ids.map((id) => ({ id })),
      schedule: { cron: '* * * * * *' },
      email: { ...email, smtp: { ...Object(email['smtp']), caFile: `${CONFIG_FOLDER}/ca.pem` } },
      http: { host: '127.0.0.1', port: 0 },
    });
    for (const name of ['config.yaml', 'iam-password', 'ca.pem', '']) {
      chownSync(join(workspace.folder, name), USER_ID, USER_ID);
      chmodSync(join(workspace.folder, name), name === '' ? 0o500 : 0o400);
    }
  }

  function start(): Container {
    const mounts = [`${workspace.folder}:${CONFIG_FOLDER}:ro`, `${volume.name}:${STATE_FOLDER}`];
    const container = startContainer({ mounts });
    containers.push(container);
    return container;
  }

  const subjects = () => smtp.accepted.map(({ raw }) => headerOf(raw, 'Subject'));

  test('becomes ready, checks, mails, ends with 0, and a new container on its volume tells nothing twice', async () => {
    const { id } = cloud.put(issued({ name: 'front', domain: 'www.example.com', daysLeft: 200 }));
    configure([id]);
    const first = start();
    const url = await first.url();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(readFileSync(`/proc/${first.pid()}/status`, 'utf8')).toMatch(
      new RegExp(`^Uid:\\s+${USER_ID}\\s`, 'm'),
    );
    cloud.update(id, revocation());
    await smtp.waitFor((mails) => mails.length === 1, { timeoutMs: 20_000 });
    await first.waitForOutput('"notices":1');
    expect(await first.stop()).toBe(0);
    expect(first.output()).toContain('"msg":"Stopped"');

    const second = start();
    await second.waitForOutput('"result":"complete"');
    const metrics = await (await fetch(`${await second.url()}/metrics`)).text();
    expect(metrics).toContain('ccm_monitor_alerts_active{kind="revoked",severity="critical"} 1');
    expect(await second.stop()).toBe(0);
    expect(second.output()).not.toContain('no state file');
    expect(subjects()).toEqual(['[CRITICAL] REVOKED www.example.com (front)']);
  }, 60_000);

  test('its start and memory are printed beside those of a bare node:http server in the same image', async () => {
    const { id } = cloud.put(issued({ daysLeft: 200 }));
    configure([id]);
    const port = await freePort();
    workspace.writeConfig({
      ...JSON.parse(workspace.read('config.yaml')),
      schedule: { cron: '0 0 1 1 *' },
      http: { host: '127.0.0.1', port },
    });
    const program = ['/app/main.js', 'run'];
    const { code, output } = await runContainer({
      entrypoint: 'node',
      args: ['/race.mjs', String(RACE_ROUNDS), String(port), ...program],
      mounts: [
        `${workspace.folder}:${CONFIG_FOLDER}:ro`,
        `${new URL('start-race.js', import.meta.url).pathname}:/race.mjs:ro`,
      ],
      // The one who times them lives in the same container.
      memoryMebibytes: 256,
    });
    expect([code, output]).toEqual([0, expect.stringContaining('{"ours"')]);
    const results = JSON.parse(output);
    const line = (what: string, key: string) => {
      const [mine, least, module] = [results.ours, results.bare, results.module].map((all) =>
        median(all, key),
      );
      return `${what}: ours ${shown(mine)}, bare with require ${shown(least)} (ratio ${ratio(mine, least)}), bare with import ${shown(module)} (ratio ${ratio(mine, module)})\n`;
    };
    process.stdout.write(
      `start until ready, medians of ${RACE_ROUNDS}\n${line('ms', 'ms')}${line('CPU ms', 'cpuMs')}${line('MiB', 'megabytes')}`,
    );
  }, 60_000);
});

function median(results: readonly Record<string, number>[], key: string): number {
  const sorted = results.map((result) => result[key] ?? Number.NaN).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const shown = (value = Number.NaN): string => value.toFixed(0);
const ratio = (value = Number.NaN, of = Number.NaN): string => (value / of).toFixed(2);

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = await startStageServer();
  await server.close();
  return server.port;
}

/** In a process of its own: the script is the one that the Dockerfile runs. */
function sha256OfProgramMadeHere(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ccm-program-'));
  try {
    const file = join(folder, 'program.js');
    const script = `const { buildScript } = await import('./scripts/build.js'); await buildScript('${file}');`;
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, CCM_REVISION: BUILD_ARGS.REVISION },
    });
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
