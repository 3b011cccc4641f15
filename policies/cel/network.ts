import { isIP } from 'node:net';
import type { Environment } from '@marcbachmann/cel-js';
import { type IPv4, type IPv6, parse } from 'ipaddr.js';
import { CelError } from './error';

class Address {
  constructor(readonly bits: IPv4 | IPv6) {}

  /** @returns undefined for what is no address, has a zone, or is one of IPv4 dressed up as IPv6 */
  static parse(text: string): Address | undefined {
    if (isIP(text) === 0 || text.includes('%')) return undefined;
    const bits = parse(text);
    return bits.kind() === 'ipv6' && (bits as IPv6).isIPv4MappedAddress() ? undefined : new Address(bits);
  }

  get bytes(): readonly number[] {
    return this.bits.toByteArray();
  }

  get family(): 4 | 6 {
    return this.bits.kind() === 'ipv4' ? 4 : 6;
  }

  isIn(range: string): boolean {
    return this.bits.range() === range;
  }

  get isLinkLocalMulticast(): boolean {
    const [first = 0, second = 0, third] = this.bytes;
    return this.family === 4
      ? first === 224 && second === 0 && third === 0
      : first === 0xff && second % 16 === 2;
  }

  toString(): string {
    return this.family === 4 ? this.bits.toString() : (this.bits as IPv6).toRFC5952String();
  }
}

class Prefix {
  constructor(
    readonly address: Address,
    readonly length: number,
  ) {}

  static parse(text: string): Prefix | undefined {
    const [, before = '', after] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
    const address = Address.parse(before);
    const length = Number(after);
    if (address === undefined || length > address.bytes.length * 8) return undefined;
    return new Prefix(address, length);
  }

  contains(other: Address): boolean {
    return other.family === this.address.family && other.bits.match(this.address.bits, this.length);
  }

  get masked(): Prefix {
    const bytes = this.address.bytes.map((byte, index) => {
      const kept = Math.min(8, Math.max(0, this.length - index * 8));
      return byte & (0xff00 >> kept) & 0xff;
    });
    const text =
      this.address.family === 4
        ? bytes.join('.')
        : Array.from({ length: 8 }, (_, at) =>
            (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
          ).join(':');
    return new Prefix(new Address(parse(text)), this.length);
  }

  toString(): string {
    return `${this.address}/${this.length}`;
  }
}

function address(text: string): Address {
  const parsed = Address.parse(text);
  if (parsed !== undefined) return parsed;
  throw new CelError(`IP address "${text}" cannot be parsed`);
}

function prefix(text: string): Prefix {
  const parsed = Prefix.parse(text);
  if (parsed !== undefined) return parsed;
  throw new CelError(`network address "${text}" cannot be parsed`);
}

class IpNamespace {}

/** Kubernetes' `ip()` and `cidr()`, and what can be asked of them. */
export function registerNetwork(environment: Environment): void {
  const [ip, cidr] = ['net.IP', 'net.CIDR'];
  environment
    .registerType(ip, Address)
    .registerType('IpNamespace', IpNamespace)
    .registerConstant('ip', 'IpNamespace', new IpNamespace())
    .registerOperator(`${ip} == ${ip}`, (a: Address, b: Address) => `${a}` === `${b}`)
    .registerFunction(`ip(string): ${ip}`, address)
    .registerFunction('isIP(string): bool', (text: string) => Address.parse(text) !== undefined)
    .registerFunction('IpNamespace.isCanonical(string): bool', (_: IpNamespace, text: string) => {
      return `${address(text)}` === text;
    })
    .registerFunction(`string(${ip}): string`, String)
    .registerFunction(`${ip}.family(): int`, (one: Address) => BigInt(one.family))
    .registerFunction(`${ip}.isUnspecified(): bool`, (one: Address) => one.isIn('unspecified'))
    .registerFunction(`${ip}.isLoopback(): bool`, (one: Address) => one.isIn('loopback'))
    .registerFunction(`${ip}.isLinkLocalUnicast(): bool`, (one: Address) => one.isIn('linkLocal'))
    .registerFunction(`${ip}.isLinkLocalMulticast(): bool`, (one: Address) => one.isLinkLocalMulticast)
    .registerFunction(
      `${ip}.isGlobalUnicast(): bool`,
      (one: Address) =>
        !['unspecified', 'loopback', 'linkLocal', 'multicast', 'broadcast'].some((range) => one.isIn(range)),
    );
  environment
    .registerType(cidr, Prefix)
    .registerOperator(`${cidr} == ${cidr}`, (a: Prefix, b: Prefix) => `${a}` === `${b}`)
    .registerFunction(`cidr(string): ${cidr}`, prefix)
    .registerFunction('isCIDR(string): bool', (text: string) => Prefix.parse(text) !== undefined)
    .registerFunction(`string(${cidr}): string`, String)
    .registerFunction(`${cidr}.ip(): ${ip}`, (one: Prefix) => one.address)
    .registerFunction(`${cidr}.masked(): ${cidr}`, (one: Prefix) => one.masked)
    .registerFunction(`${cidr}.prefixLength(): int`, (one: Prefix) => BigInt(one.length))
    .registerFunction(`${cidr}.containsIP(${ip}): bool`, (one: Prefix, other: Address) => one.contains(other))
    .registerFunction(`${cidr}.containsIP(string): bool`, (one: Prefix, other: string) =>
      one.contains(address(other)),
    )
    .registerFunction(`${cidr}.containsCIDR(${cidr}): bool`, containsPrefix)
    .registerFunction(`${cidr}.containsCIDR(string): bool`, (one: Prefix, other: string) =>
      containsPrefix(one, prefix(other)),
    );
}

function containsPrefix(one: Prefix, other: Prefix): boolean {
  return one.length <= other.length && one.contains(other.address);
}
