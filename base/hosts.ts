import { BlockList, isIP } from 'node:net';

/**
 * Domains that no public resolver answers (RFC 6761, RFC 6762, ICANN on .internal), those of a cluster
 * included.
 */
export const PRIVATE_SUFFIXES = ['.internal', '.local', '.test', '.svc'] as const;

const PRIVATE_ADDRESSES = new BlockList();
// RFC 1918, RFC 1122, RFC 6598, RFC 3927, RFC 4193, RFC 4291.
PRIVATE_ADDRESSES.addSubnet('10.0.0.0', 8, 'ipv4');
PRIVATE_ADDRESSES.addSubnet('172.16.0.0', 12, 'ipv4');
PRIVATE_ADDRESSES.addSubnet('192.168.0.0', 16, 'ipv4');
PRIVATE_ADDRESSES.addSubnet('100.64.0.0', 10, 'ipv4');
PRIVATE_ADDRESSES.addSubnet('169.254.0.0', 16, 'ipv4');
PRIVATE_ADDRESSES.addSubnet('127.0.0.0', 8, 'ipv4');
PRIVATE_ADDRESSES.addSubnet('0.0.0.0', 8, 'ipv4');
PRIVATE_ADDRESSES.addSubnet('fc00::', 7, 'ipv6');
PRIVATE_ADDRESSES.addSubnet('fe80::', 10, 'ipv6');
PRIVATE_ADDRESSES.addAddress('::1', 'ipv6');

/** Whether a host, by name or address, is out of reach of the public network; a single label is. */
export function isPrivateHost(host: string): boolean {
  const family = isIP(host);
  if (family !== 0) return PRIVATE_ADDRESSES.check(host, family === 4 ? 'ipv4' : 'ipv6');
  const name = host.toLowerCase();
  return !name.includes('.') || PRIVATE_SUFFIXES.some((suffix) => name.endsWith(suffix));
}
