// Scrapes as Prometheus does, on a connection kept alive.
import { Agent, request } from 'node:http';
import type { Server } from './processes.ts';

export type Coding = 'gzip' | 'identity';

const agent = new Agent({ keepAlive: true });

/** Resolves with the body as it came over the wire. */
export function scrape({ ready }: Server, coding: Coding): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const headers = { 'Accept-Encoding': coding };
    request({ agent, host: '127.0.0.1', port: ready['port'], path: '/metrics', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks)));
      response.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}
