// A real Alertmanager on loopback that hands every alert by itself to a webhook, which keeps what came.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { stringify } from 'yaml';
import { z } from 'zod';
import { closeServer, listen } from '../../simulator/listen.ts';
import { createWatch } from '../../simulator/wait-for.ts';
import { programInPath } from '../support/tools.ts';
import { startServerProcess } from './server-process.ts';

const NOTIFICATION = z.object({
  alerts: z.array(
    z.object({
      status: z.enum(['firing', 'resolved']),
      labels: z.record(z.string(), z.string()),
      annotations: z.record(z.string(), z.string()),
      startsAt: z.string(),
    }),
  ),
});

export type HeardAlert = z.infer<typeof NOTIFICATION>['alerts'][number];

export interface Alertmanager {
  /** `host:port`, as Prometheus wants it. */
  readonly address: string;
  /** What the webhook has heard, in order. */
  readonly heard: readonly HeardAlert[];
  waitFor(predicate: (heard: readonly HeardAlert[]) => boolean): Promise<readonly HeardAlert[]>;
  stop(): Promise<void>;
}

export async function startAlertmanager(): Promise<Alertmanager> {
  const command = programInPath('prometheus-alertmanager', { script: 'alertmanager.sh' });
  const heard: HeardAlert[] = [];
  const watch = createWatch<readonly HeardAlert[]>(() => heard, linesOf);
  const webhook = await listen({
    port: 0,
    host: '127.0.0.1',
    tls: undefined,
    hear(request, response) {
      readNotification(request).then(
        (alerts) => {
          heard.push(...alerts);
          response.end();
          watch.changed();
        },
        () => response.writeHead(400).end(),
      );
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'ccm-alertmanager-'));
  writeFileSync(join(folder, 'alertmanager.yml'), stringify(configuration(webhook.origin)));
  const server = startServerProcess(command, [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
    '--cluster.listen-address=',
  ]);

  async function stop(): Promise<void> {
    await server.stop();
    await closeServer(webhook);
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    const [, address = ''] = await server.printed(/msg="Listening on" address=(\S+)/);
    return {
      address,
      heard,
      waitFor: (predicate) => watch.waitFor(predicate, { timeoutMs: 60_000 }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function readNotification(request: IncomingMessage): Promise<readonly HeardAlert[]> {
  return NOTIFICATION.parse(await json(request)).alerts;
}

/** `firing CcmCertificateRevoked scs…`, one line for each. */
export function linesOf(heard: readonly HeardAlert[]): string {
  return heard
    .map(({ status, labels }) => `${status} ${labels['alertname']} ${labels['certificate_id'] ?? ''}`.trim())
    .join('\n');
}

/** Every alert is a group of its own, told at once and never repeated: whatever is heard twice has flapped. */
function configuration(webhookOrigin: string): object {
  return {
    route: {
      receiver: 'webhook',
      group_by: ['...'],
      group_wait: '100ms',
      group_interval: '1s',
      repeat_interval: '4h',
    },
    receivers: [{ name: 'webhook', webhook_configs: [{ url: webhookOrigin, send_resolved: true }] }],
  };
}
