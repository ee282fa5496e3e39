// Connects to the first of a host's addresses that takes it. No name is resolved here: what was checked is what is connected to.
import type { LookupAddress } from 'node:dns';
import { connect, type Socket, type TcpNetConnectOpts } from 'node:net';
import { codeOf } from '../shared/errors.ts';
import { abortable } from '../shared/waits.ts';
import { done, failed, type Step } from './step.ts';

export interface Connected {
  readonly socket: Socket;
  readonly address: string;
}

export interface Connecting {
  readonly addresses: readonly LookupAddress[];
  readonly port: number;
  /** How much of the probe's time is left. */
  readonly leftMs: () => number;
  /** How a connection is opened; net's own where it is not given. */
  readonly open?: (options: TcpNetConnectOpts) => Socket;
}

/** One after the other; an address that stays silent gets its share of the time that is left. Rejects only with ABORTED. */
export async function connectToFirst(
  { addresses, port, leftMs, open = connect }: Connecting,
  signal: AbortSignal,
): Promise<Step<Connected>> {
  const tried: string[] = [];
  for (const [index, { address }] of addresses.entries()) {
    const others = addresses.length - index - 1;
    // The last one has all that is left: the probe's own deadline ends it.
    const withinMs = others === 0 ? null : leftMs() / (others + 1);
    const attempt = await connectTo({ open, address, port, withinMs }, signal);
    if (attempt.ok) return done({ socket: attempt.socket, address });
    tried.push(`${address}: ${attempt.code}`);
  }
  return failed(
    'unreachable',
    `no connection on port ${port} (${tried.join(', ')}): check that it is up, and the network`,
  );
}

type Attempt = { readonly ok: true; readonly socket: Socket } | { readonly ok: false; readonly code: string };

function connectTo(
  {
    open,
    address,
    port,
    withinMs,
  }: Required<Pick<Connecting, 'open' | 'port'>> & { address: string; withinMs: number | null },
  signal: AbortSignal,
): Promise<Attempt> {
  return abortable<Attempt>(signal, (resolve) => {
    // autoSelectFamily differs from one version of Node to the next, and would go its own way about addresses.
    const socket = open({ host: address, port, autoSelectFamily: false, noDelay: true });
    const timer = withinMs === null ? undefined : setTimeout(() => end('ETIMEDOUT'), withinMs);
    function stop(): void {
      clearTimeout(timer);
      socket.destroy();
    }
    function end(code: string): void {
      stop();
      resolve({ ok: false, code });
    }
    const fail = (error: Error): void => end(codeOf(error) ?? 'no code');
    socket.on('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      resolve({ ok: true, socket });
    });
    return stop;
  });
}
