// Which addresses a host has, and which of them may be connected to: no loopback, no private networks, unless the host is named.
import type { LookupAddress, LookupOptions } from 'node:dns';
import { BlockList, isIP, isIPv4 } from 'node:net';
import type { Endpoint } from '../certificates/endpoint.ts';
import { codeOf } from '../shared/errors.ts';
import { createSlots } from '../shared/pace.ts';
import { orAborted } from '../shared/waits.ts';
import { done, failed, type Step } from './step.ts';

export type Lookup = (
  host: string,
  options: LookupOptions & { readonly all: true },
) => Promise<readonly LookupAddress[]>;

/**
 * getaddrinfo cannot be called off: one whose probe is long over still waits for DNS, in a thread. While DNS is dead there
 * are no more of them than this, whatever the number of probes.
 */
const LOOKUPS_AT_ONCE = 8;
const ADDRESSES_MAX = 8;

/** IPv4, each also where IPv6 embeds it (IANA special-purpose registries; RFC 6052, 3056, 4291). */
const REFUSED_IPV4 = [
  ['0.0.0.0', 8], // this host
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // between a carrier and its customers
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local, a cloud's metadata among it
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
] as const;

const REFUSED_IPV6 = [
  ['::', 96], // unspecified, loopback, IPv4-compatible
  ['64:ff9b:1::', 48], // translation within a network
  ['100::', 64], // discarded
  ['fc00::', 7], // unique local
  ['fe80::', 10], // link-local
  ['fec0::', 10], // site-local
  ['ff00::', 8], // multicast
] as const;

export interface Addresses {
  /** The addresses to try, in order: what is checked here is what must be connected to. Rejects only with ABORTED. */
  of(endpoint: Endpoint, signal: AbortSignal): Promise<Step<readonly LookupAddress[]>>;
}

export function createAddresses(lookup: Lookup): Addresses {
  const refused = createRefused();
  const slots = createSlots(LOOKUPS_AT_ONCE);

  async function find(host: string, signal: AbortSignal): Promise<Step<readonly LookupAddress[]>> {
    const family = isIP(host);
    if (family !== 0) return done([{ address: host, family }]);
    await slots.enter(signal);
    const looking = lookUp(host).finally(() => slots.leave());
    return orAborted(looking, signal);
  }

  async function lookUp(host: string): Promise<Step<readonly LookupAddress[]>> {
    try {
      const found = await lookup(host, { all: true, order: 'verbatim' });
      return done(found.filter(({ address }) => isIP(bareOf(address)) !== 0));
    } catch (error) {
      const code = codeOf(error) ?? 'no code';
      return failed('unresolved', `its name cannot be resolved (${code}): check the name, and DNS`);
    }
  }

  return {
    async of({ host, named }, signal) {
      const found = await find(host, signal);
      if (!found.ok) return found;
      if (found.value.length === 0) return failed('unresolved', 'its name has no address: check the name');
      const allowed = named ? found.value : found.value.filter(({ address }) => !refused(address));
      if (allowed.length > 0) return done(allowed.slice(0, ADDRESSES_MAX));
      const addresses = found.value.slice(0, 3).map(({ address }) => address);
      return failed(
        'refused_address',
        `its address is loopback, link-local or private (${addresses.join(', ')}): such addresses are probed only where the configuration names the host`,
      );
    },
  };
}

/** Says whether an address is one that nobody outside can mean. */
export function createRefused(): (address: string) => boolean {
  const list = new BlockList();
  for (const [network, prefix] of REFUSED_IPV4) {
    list.addSubnet(network, prefix, 'ipv4');
    const hex = network.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
    const embedded = `${hex[0]}${hex[1]}:${hex[2]}${hex[3]}`;
    list.addSubnet(`::ffff:${embedded}`, 96 + prefix, 'ipv6');
    list.addSubnet(`64:ff9b::${embedded}`, 96 + prefix, 'ipv6');
    list.addSubnet(`2002:${embedded}::`, 16 + prefix, 'ipv6');
  }
  for (const [network, prefix] of REFUSED_IPV6) list.addSubnet(network, prefix, 'ipv6');
  return (address) => {
    const bare = bareOf(address);
    return list.check(bare, isIPv4(bare) ? 'ipv4' : 'ipv6');
  };
}

/** Without the zone of a link-local address: `fe80::1%eth0`. */
function bareOf(address: string): string {
  return address.replace(/%.*$/, '');
}
