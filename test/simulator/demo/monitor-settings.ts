// What the demo writes for the monitor: its configuration and its secrets, in one folder that can be thrown away.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { DEFAULT_ACCESS_KEY, DEFAULT_USER } from '../cloud.ts';
import type { Actor } from './scenario.ts';

/** What the demo's mail server wants to hear. */
export const MAIL_LOGIN = { user: 'monitor', password: 'demo-smtp-password' } as const;

export interface MonitorSettings {
  readonly folder: string;
  readonly cloudOrigin: string;
  readonly httpPort: number;
  readonly smtpPort: number;
  readonly caFile: string;
  /** The authority of what endpoints serve. */
  readonly probeCaFile: string;
  readonly cast: readonly Actor[];
}

/** Writes `config.yaml` and the secrets' files; resolves with the configuration's path. */
export async function writeMonitorSettings(settings: MonitorSettings): Promise<string> {
  const { folder } = settings;
  const secrets = join(folder, 'secrets');
  await mkdir(secrets, { recursive: true });
  const secret = async (name: string, value: string): Promise<{ file: string }> => {
    const file = join(secrets, name);
    await writeFile(file, `${value}\n`, { mode: 0o600 });
    return { file };
  };

  const config = {
    accounts: [
      {
        name: 'shop',
        endpoint: settings.cloudOrigin,
        credentials: {
          type: 'password',
          iamEndpoint: settings.cloudOrigin,
          domainName: DEFAULT_USER.domainName,
          userName: DEFAULT_USER.userName,
          password: await secret('iam-password', DEFAULT_USER.password),
        },
      },
      {
        name: 'edge',
        endpoint: settings.cloudOrigin,
        credentials: {
          type: 'access-key',
          accessKey: await secret('access-key', DEFAULT_ACCESS_KEY.accessKey),
          secretKey: await secret('secret-key', DEFAULT_ACCESS_KEY.secretKey),
        },
      },
    ],
    certificates: settings.cast.map(({ account, configured }) => ({ account, ...configured })),
    probes: { caFile: settings.probeCaFile },
    schedule: { cron: '*/10 * * * * *' },
    email: {
      smtp: {
        host: '127.0.0.1',
        port: settings.smtpPort,
        tls: 'starttls',
        username: MAIL_LOGIN.user,
        password: await secret('smtp-password', MAIL_LOGIN.password),
        caFile: settings.caFile,
      },
      from: 'Certificate monitor <certs@example.com>',
      to: ['oncall@example.com'],
    },
    http: { host: '127.0.0.1', port: settings.httpPort, publicUrl: `http://127.0.0.1:${settings.httpPort}` },
    state: { path: join(folder, 'state.db') },
  };
  const file = join(folder, 'config.yaml');
  await writeFile(file, stringify(config));
  return file;
}
