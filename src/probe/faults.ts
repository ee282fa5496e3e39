// Why a handshake came to no end, and why a chain does not verify: OpenSSL's codes in our words. Pure.
import type { Untrusted, UntrustedCode } from '../certificates/served.ts';
import { codeOf } from '../shared/errors.ts';
import { oneLine } from '../shared/text.ts';
import { type Failed, failed } from './step.ts';

/** What it means that the handshake failed with this error. */
export function handshakeFault(error: unknown): Failed {
  const code = codeOf(error) ?? 'no code';
  if (/^(ECONNRESET|EPIPE|ECONNABORTED)$/.test(code))
    return failed('reset', `it broke the connection off during the TLS handshake (${code})`);
  if (/^E[A-Z]+$/.test(code)) return failed('unreachable', `the connection broke off (${code})`);
  if (TOO_LARGE.test(code))
    return failed('too_large', `it sends more than a TLS handshake may hold (${code})`);
  if (OLD.test(code))
    return failed('old_tls', `it speaks no TLS from 1.2 on, which is all that is tried (${code})`);
  if (/_ALERT_|UNRECOGNIZED_NAME/.test(code))
    return failed(
      'rejected',
      `it ended the TLS handshake by an alert (${code}): check the server name; it may want a client certificate`,
    );
  if (NOT_TLS.test(code))
    return failed(
      'no_tls',
      `what it answers is not TLS (${code}): check the port, and whether it needs startTls`,
    );
  return failed('malformed', `its TLS handshake cannot be understood (${oneLine(code, 100)})`);
}

const TOO_LARGE = /EXCESSIVE_MESSAGE_SIZE|DATA_LENGTH_TOO_LONG_IN|EXCESSIVE_CERT/;
const OLD = /UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION|WRONG_SSL_VERSION/;
const NOT_TLS =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER_FAILURE|BAD_RECORD_TYPE|UNEXPECTED_RECORD|UNEXPECTED_MESSAGE/;

const UNTRUSTED: ReadonlyMap<string, readonly [UntrustedCode, string]> = new Map([
  ['CERT_HAS_EXPIRED', ['expired', 'a certificate of its chain is expired']],
  ['CERT_NOT_YET_VALID', ['not_yet_valid', 'a certificate of its chain is not yet valid']],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', ['self_signed', 'its certificate is self-signed']],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    ['unknown_issuer', 'its chain ends at an authority that is not known: trust it if it is your own'],
  ],
  ...[
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ].map((code): [string, [UntrustedCode, string]] => [
    code,
    [
      'unknown_issuer',
      'the issuer of the last certificate that it sends is not known: an intermediate is missing from what it sends, or the authority is your own',
    ],
  ]),
  ...['EE_KEY_TOO_SMALL', 'CA_KEY_TOO_SMALL', 'CA_MD_TOO_WEAK'].map(
    (code): [string, [UntrustedCode, string]] => [
      code,
      ['weak', 'a key or signature of its chain is too weak'],
    ],
  ),
]);

/** Why clients do not trust what is presented; `chainFault` is OpenSSL's code, `nameFault` a text. Null where they do. */
export function untrustedOf(chainFault: string | null, nameFault: string | null): Untrusted | null {
  if (chainFault === null) return nameFault === null ? null : { code: 'wrong_name', message: nameFault };
  const [code, text] = UNTRUSTED.get(chainFault) ?? ['invalid', 'its chain does not verify'];
  const also = nameFault === null ? '' : `; and ${nameFault}`;
  return { code, message: `${text} (${oneLine(chainFault, 100)})${also}` };
}
