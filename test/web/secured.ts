// Web configurations over the test-only certificates, and a client that speaks TLS and signs in.
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import bcrypt from 'bcryptjs';
import type { ClientAuthType, WebConfig } from '../../src/config/config.ts';
import { readTestTls, TEST_TLS_FOLDER } from '../support/smtp/test-tls.ts';

export function pem(name: string): string {
  return readFileSync(new URL(`test-only-${name}.pem`, TEST_TLS_FOLDER), 'utf8');
}

const CA = pem('ca');

/** The client certificate that the test CA signed. */
export const CLIENT = { cert: pem('client'), key: pem('client.key') };

/** The lowest cost: it is not the hash that is tested. */
export function hashed(password: string): string {
  return bcrypt.hashSync(password, 4);
}

export interface Wanted {
  readonly clientAuth?: ClientAuthType;
  /** Authorities of client certificates. */
  readonly ca?: string;
  readonly users?: Readonly<Record<string, string>>;
  readonly headers?: WebConfig['headers'];
  readonly options?: object;
}

/** HTTPS with the test-only server certificate. */
export function overTls({
  clientAuth = 'NoClientCert',
  ca = CA,
  options = {},
  ...rest
}: Wanted = {}): WebConfig {
  const context = { ...readTestTls(), ca, minVersion: 'TLSv1.2', ...options } as const;
  return { ...inClear(rest), tls: { clientAuth, options: () => context } };
}

export function inClear({ users = {}, headers = [] }: Wanted = {}): WebConfig {
  return { tls: null, headers, users: () => new Map(Object.entries(users)) };
}

export function basic(user: string, password: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

export interface SecureAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly protocol: string | null;
  readonly cipher: string;
}

/** One request on a connection of its own; rejects where there is no answer. */
export function getSecurely(port: number, options: RequestOptions = {}): Promise<SecureAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      {
        host: '127.0.0.1',
        servername: 'localhost',
        port,
        path: '/healthz',
        ca: CA,
        agent: false,
        ...options,
      },
      (response) => {
        const { socket } = response as unknown as { socket: TLSSocket };
        const facts = { protocol: socket.getProtocol(), cipher: socket.getCipher().name };
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, ...facts }),
        );
      },
    );
    request.on('error', reject);
    request.end();
  });
}

/** The status, or null where the connection ended without an answer. */
export function statusOf(port: number, options: RequestOptions = {}): Promise<number | null> {
  return getSecurely(port, options).then(
    ({ status }) => status,
    () => null,
  );
}

/** A TLS connection that stays open. */
export function connectSecurely(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', servername: 'localhost', port, ca: CA, ...options }, () =>
      resolve(socket),
    );
    socket.on('error', reject);
  });
}
