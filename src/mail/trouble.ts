// What is wrong with the way to the mail server, in words that say what to do: no name, no route, no trust. Pure.

interface Trouble {
  readonly code: string | null;
  readonly originalCode: string | null;
}

const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
]);

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; check email.smtp.host and email.smtp.port',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was reset',
  EHOSTUNREACH: 'there is no route; check the network and its policies',
  ENETUNREACH: 'there is no route; check the network and its policies',
  ENOTFOUND: 'the name is not known; check email.smtp.host',
  EAI_AGAIN: 'the name cannot be resolved now',
  EDNS: 'the name cannot be resolved; check email.smtp.host',
  ETIMEDOUT: 'it does not answer in time',
  ECONNECTION: 'the connection was closed',
  EPROTOCOL: 'its answer is not SMTP; check email.smtp.port and email.smtp.tls',
};

/** Where there is no answer of the server to show: our words, by the codes of the system and of TLS. */
export function networkTrouble(
  { code, originalCode }: Trouble,
  { host, port }: { readonly host: string; readonly port: number },
): string {
  const cause = originalCode ?? code ?? 'no code';
  const name = `${host}:${port}`;
  if (UNKNOWN_AUTHORITY.has(cause)) {
    return `Cannot trust ${name}: its certificate is from an authority that is not known here; name that authority's file in email.smtp.caFile (${cause})`;
  }
  if (cause === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `Cannot trust ${name}: its certificate is for other names; put one of these into email.smtp.host (${cause})`;
  }
  if (cause === 'CERT_HAS_EXPIRED' || cause === 'CERT_NOT_YET_VALID')
    return `Cannot trust ${name}: its certificate is not valid now (${cause})`;
  if (cause === 'EPROTO' || cause.startsWith('ERR_SSL')) {
    return `Cannot speak TLS with ${name}: check email.smtp.port, and email.smtp.tls (starttls mostly on 587, implicit on 465) (${cause})`;
  }
  const reason = Object.hasOwn(REASONS, cause) ? REASONS[cause] : 'it does not behave like a mail server';
  return `Cannot send by ${name}: ${reason} (${cause})`;
}
