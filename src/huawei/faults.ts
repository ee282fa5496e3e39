// What it means that no whole answer came, in words. Pure.
import type { FailureReason } from '../certificates/reading.ts';
import type { Fault } from './exchange.ts';

export interface Unanswered {
  readonly reason: Extract<FailureReason, 'unreachable' | 'timeout' | 'malformed'>;
  /** The end of a sentence that begins with what was asked for. */
  readonly explanation: string;
}

export interface Connection {
  readonly origin: string;
  readonly timeoutMs: number;
  readonly bodyMaxBytes: number;
}

/** The reason of a fault, and a text that says what to do. */
export function unansweredOf(fault: Fault, { origin, timeoutMs, bodyMaxBytes }: Connection): Unanswered {
  switch (fault.kind) {
    case 'deadline':
      return {
        reason: 'timeout',
        explanation: `${LATE[fault.phase]} ${origin} within ${timeoutMs / 1_000} s`,
      };
    case 'too-large':
      return {
        reason: 'malformed',
        explanation: `the answer of ${origin} is larger than ${bodyMaxBytes / 1_024} KiB: this is not how the API answers`,
      };
    case 'network':
      return ofNetwork(fault, origin, timeoutMs);
  }
}

const LATE: Readonly<Record<Fault['phase'], string>> = {
  connecting: 'no connection to',
  waiting: 'no answer from',
  reading: 'no whole answer from',
};

function ofNetwork({ code, phase }: Fault, origin: string, timeoutMs: number): Unanswered {
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return { reason: 'timeout', explanation: `no connection to ${origin} within ${timeoutMs / 1_000} s` };
  }
  if (code !== null && NOT_HTTP.test(code)) {
    return {
      reason: 'malformed',
      explanation: `what ${origin} answers is not HTTP as it should be (${code}): check the endpoint`,
    };
  }
  return { reason: 'unreachable', explanation: explain({ code: code ?? 'no code', phase, origin }) };
}

const NOT_HTTP = /^(HPE_|HTTPParserError|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_|UND_ERR_RESPONSE)/;
const NOT_TRUSTED = /CERT|SIGNATURE|SELF_SIGNED|ALTNAME|ISSUER/;

function explain({ code, phase, origin }: { code: string; phase: Fault['phase']; origin: string }): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `the name of ${origin} cannot be resolved (${code}): check the name, and DNS`;
  if (code === 'ECONNREFUSED')
    return `${origin} refuses the connection (${code}): check the address, and the network`;
  if (NOT_TRUSTED.test(code))
    return `the TLS certificate of ${origin} is not trusted (${code}): set caFile if its authority is your own`;
  if (/SSL|TLS/.test(code)) return `no TLS connection to ${origin} (${code}): check the scheme and the port`;
  return phase === 'connecting'
    ? `no connection to ${origin} (${code}): check the network`
    : `the connection to ${origin} broke off (${code})`;
}
