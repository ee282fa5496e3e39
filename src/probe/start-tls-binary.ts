// Asks a server that begins in the clear to turn to TLS, where the protocol is one of bytes: LDAP, PostgreSQL, MySQL.
import { type Dialogue, quoted, refused } from './dialogue.ts';

/** An extended request with StartTLS's object identifier (RFC 4511, 4.14.1), as message 1. */
const LDAP_REQUEST = Buffer.concat([
  Buffer.from('301d02010177188016', 'hex'),
  Buffer.from('1.3.6.1.4.1.1466.20037'),
]);
/** PostgreSQL, "Message Formats": SSLRequest, its length and 80877103. */
const POSTGRES_REQUEST = Buffer.from('0000000804d2162f', 'hex');
const MYSQL_CLIENT_SSL = 0x0800;
/** MySQL, "Protocol::SSLRequest": long password, 4.1, SSL, secure connection; 16 MB packets; utf8mb4; 23 zeros. */
const MYSQL_REQUEST = Buffer.concat([
  Buffer.from('20000001', 'hex'),
  Buffer.from('018a0000', 'hex'),
  Buffer.from('000000012d', 'hex'),
  Buffer.alloc(23),
]);
const MYSQL_PROTOCOL = 10;
const MYSQL_ERROR = 0xff;
/** Of an answer or a greeting; they are a hundred bytes. What claims more is another protocol's. */
const MESSAGE_MAX_BYTES = 16 * 1_024;

export async function askByLdap(dialogue: Dialogue): Promise<void> {
  dialogue.send(LDAP_REQUEST);
  const [tag, length = 0] = await dialogue.bytes(2);
  if (tag !== 0x30) throw refused('it does not answer as LDAP does');
  const lengthBytes = length > 0x80 ? length - 0x80 : 0;
  if (length === 0x80 || lengthBytes > 4) throw refused('it does not answer as LDAP does');
  const size = lengthBytes === 0 ? length : (await dialogue.bytes(lengthBytes)).readUIntBE(0, lengthBytes);
  if (size > MESSAGE_MAX_BYTES) throw refused('it does not answer as LDAP does');
  const code = ldapResult(await dialogue.bytes(size));
  if (code === null) throw refused('it does not answer as LDAP does');
  if (code !== 0) throw refused(`it answers to StartTLS with LDAP result ${code}`);
}

/** The result code of an extended response to message 1, or null where it is none. */
function ldapResult(message: Buffer): number | null {
  const isToUs = message.subarray(0, 3).equals(Buffer.from([0x02, 0x01, 0x01]));
  if (!isToUs || message[3] !== 0x78) return null;
  const longLength = message[4] ?? 0;
  const at = 5 + (longLength > 0x80 ? longLength - 0x80 : 0);
  return message[at] === 0x0a && message[at + 1] === 1 ? (message[at + 2] ?? null) : null;
}

export async function askByPostgres(dialogue: Dialogue): Promise<void> {
  dialogue.send(POSTGRES_REQUEST);
  const answer = (await dialogue.bytes(1)).toString('latin1');
  if (answer === 'N') throw refused('it has no TLS (it answers N to SSLRequest)');
  if (answer !== 'S') throw refused(`it answers ${quoted(answer)} to SSLRequest`);
}

export async function askByMysql(dialogue: Dialogue): Promise<void> {
  const size = (await dialogue.bytes(4)).readUIntLE(0, 3);
  if (size > MESSAGE_MAX_BYTES) throw refused('it does not greet as MySQL does');
  const greeting = await dialogue.bytes(size);
  if (greeting[0] === MYSQL_ERROR) throw refused(`its greeting is ${quoted(greeting.toString('latin1', 3))}`);
  const versionEnd = greeting.indexOf(0, 1);
  // After the version: connection id (4), half of the scramble (8), a filler (1), the lower half of the capabilities (2).
  const capabilitiesAt = versionEnd + 1 + 4 + 8 + 1;
  if (greeting[0] !== MYSQL_PROTOCOL || versionEnd < 0 || greeting.length < capabilitiesAt + 2)
    throw refused('it does not greet as MySQL does');
  if ((greeting.readUInt16LE(capabilitiesAt) & MYSQL_CLIENT_SSL) === 0)
    throw refused('it has no TLS (its greeting lacks CLIENT_SSL)');
  dialogue.send(MYSQL_REQUEST);
}
