// A simulated cloud, a mail server and a workspace together: what most tests of the whole program need.
import { type Cloud, type CloudOptions, DEFAULT_USER, startCloud } from '../simulator/cloud.ts';
import {
  createWorkspace,
  type Program,
  type Settings,
  type StartOptions,
  startProgram,
  type Workspace,
} from './program.ts';
import { type StageServer, type StageServerOptions, startStageServer } from './smtp/stage-server.ts';
import { TEST_CA_FILE } from './smtp/test-tls.ts';

export const ONCALL = 'oncall@example.com';

export interface Setting {
  readonly cloud: Cloud;
  readonly smtp: StageServer;
  readonly workspace: Workspace;
  /** Writes a complete configuration for these ids; `over` replaces top-level keys. */
  configure(ids: readonly string[], over?: Settings): void;
  /** Starts the daemon on what was configured; `close` ends it. */
  start(options?: StartOptions): Program;
  /** Ends programs, servers and the folder. */
  close(): Promise<void>;
}

/** Starts cloud and mail server; the configuration checks every second on request of `cron`. */
export async function createSetting(
  options: { readonly cloud?: CloudOptions; readonly smtp?: StageServerOptions } = {},
): Promise<Setting> {
  const cloud = await startCloud(options.cloud);
  const smtp = await startStageServer(options.smtp);
  const workspace = createWorkspace();
  const programs: Program[] = [];

  function configure(ids: readonly string[], over: Settings = {}): void {
    workspace.writeConfig({
      accounts: [accountOf(cloud, workspace)],
      certificates: ids.map((id) => ({ id })),
      schedule: { cron: '* * * * * *' },
      email: emailOf(smtp),
      http: { host: '127.0.0.1', port: 0 },
      state: { path: workspace.statePath },
      ...over,
    });
  }

  return {
    cloud,
    smtp,
    workspace,
    configure,
    start(options) {
      const program = startProgram(['run', '--config', workspace.configPath], options);
      programs.push(program);
      return program;
    },
    async close() {
      for (const program of programs) program.kill('SIGKILL');
      await Promise.all(programs.map(({ ended }) => ended));
      await smtp.close();
      await cloud.close();
      workspace.remove();
    },
  };
}

/** The account `default` with the simulated user's password, quick enough for tests. */
export function accountOf(cloud: Cloud, workspace: Workspace): Settings {
  return {
    name: 'default',
    endpoint: cloud.origin,
    credentials: {
      type: 'password',
      iamEndpoint: cloud.origin,
      domainName: DEFAULT_USER.domainName,
      userName: DEFAULT_USER.userName,
      password: workspace.writeSecret('iam-password', DEFAULT_USER.password),
    },
    requestsPerSecond: 500,
    concurrency: 8,
    timeout: '2s',
  };
}

export function emailOf(smtp: StageServer, over: Settings = {}): Settings {
  return {
    smtp: { host: 'localhost', port: smtp.port, tls: 'starttls', caFile: TEST_CA_FILE, timeout: '5s' },
    from: 'Certificate monitor <certs@example.com>',
    to: [ONCALL],
    summary: false,
    ...over,
  };
}
