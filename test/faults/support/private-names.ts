// Names that lead to addresses which only the inside can mean, and a listener that counts who goes there. The program runs with another resolver.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** By host: what DNS says of it. */
export const PRIVATE_NAMES: Readonly<Record<string, readonly string[]>> = {
  'loopback.inside.example': ['127.0.0.1'],
  'loopback-2.inside.example': ['127.8.8.8'],
  'loopback-6.inside.example': ['::1'],
  'any.inside.example': ['0.0.0.0', '::'],
  'mapped.inside.example': ['::ffff:127.0.0.1'],
  'mapped-10.inside.example': ['::ffff:10.1.2.3'],
  'metadata.inside.example': ['169.254.169.254'],
  'link-local.inside.example': ['fe80::1'],
  'zoned.inside.example': ['fe80::1%lo'],
  'ten.inside.example': ['10.0.0.1'],
  'twelve.inside.example': ['172.16.0.1', '172.31.255.254'],
  'sixteen.inside.example': ['192.168.1.1'],
  'carrier.inside.example': ['100.64.0.1'],
  'unique-local.inside.example': ['fd00::1'],
  'nat64.inside.example': ['64:ff9b::7f00:1'],
  '6to4.inside.example': ['2002:7f00:1::'],
  'multicast.inside.example': ['224.0.0.1', 'ff02::1'],
  'several.inside.example': ['10.0.0.1', '::1', '169.254.169.254'],
};

/** The environment in which these names resolve, and whatever connects to port 443 of anybody reaches this port. */
export function environmentFor(folder: string, port: number): Readonly<Record<string, string>> {
  const file = join(folder, 'inside.cjs');
  writeFileSync(file, HOOK);
  return {
    NODE_OPTIONS: `--require ${file}`,
    CCM_TEST_INSIDE: JSON.stringify({ addresses: PRIVATE_NAMES, port }),
  };
}

const HOOK = `
const dns = require('node:dns/promises');
const net = require('node:net');
const { addresses, port } = JSON.parse(process.env.CCM_TEST_INSIDE);
const { lookup } = dns;
const { connect } = net;
dns.lookup = async (host, options) =>
  addresses[host]?.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })) ?? lookup(host, options);
net.connect = (options, ...rest) =>
  connect(options.port === 443 ? { ...options, host: '127.0.0.1', port } : options, ...rest);
require('node:module').syncBuiltinESMExports();
`;
