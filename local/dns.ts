import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { AUTHORITATIVE_ANSWER, type DecodedPacket, decode, encode, RECURSION_DESIRED } from 'dns-packet';
import { UserError } from '../base/user-error';
import { replaceFile } from './files';
import { listenFailure } from './stand-ins/address';

/** Short, so that Envoy soon sees another address; it asks again after this time. */
const ttlSeconds = 1;
/** The size that DNS Flag Day 2020 recommends; our answers are far below. */
const udpPayloadSize = 1232;
/** RFC 1035, section 4.1.1. */
const rcode = { noError: 0, formatError: 1, serverFailure: 2, notImplemented: 4 } as const;
const opcodeBits = 0x7800;
/** RFC 1123 labels, and the underscore that service names use; 253 characters in all. */
const hostName = /^(?!.{254})[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/;

const lastOctets = 254;
const addressesPerBlock = 256 * lastOctets;

/**
 * The address with this index, from 0: 127.1.0.1, 127.1.0.2, … 127.1.0.254, 127.1.1.1, … 127.255.255.254.
 * 127.0.0.0/16 stays free for what listens on localhost. Throws a RangeError past the last.
 */
export function addressAt(index: number): string {
  const second = 1 + Math.floor(index / addressesPerBlock);
  if (second > 255) throw new RangeError(`127.0.0.0/8 has no free address for name number ${index}`);
  return `127.${second}.${Math.floor(index / lastOctets) % 256}.${1 + (index % lastOctets)}`;
}

/**
 * Gives every name a loopback address of its own, in the order of first use, and keeps it in a file, so that a
 * restart changes nothing. Names are compared without case and without the final dot.
 *
 * One process owns the file: it is read once and replaced whole, so a second writer would undo the first one's
 * names. Whoever else reads it sees a complete file at any time.
 */
export class NameRegistry {
  private readonly overrides: ReadonlyMap<string, string>;
  private readonly addresses: Map<string, string>;
  private readonly taken: Set<string>;
  private readonly answers = new Map<string, readonly string[]>();

  /**
   * `overrides` are names with a given address, not written to the file. Throws where the file exists and is not
   * a map from name to distinct IPv4 address.
   */
  constructor(
    private readonly file: string,
    overrides: Readonly<Record<string, string>> = {},
  ) {
    this.overrides = new Map(Object.entries(overrides).map(([name, address]) => [canonical(name), address]));
    this.addresses = readAddresses(file);
    this.taken = new Set([...this.overrides.values(), ...this.addresses.values()]);
  }

  /**
   * The name's address; a new name gets the next free one, which is in the file when this returns. Throws for what
   * is not a host name, and where the file cannot be written.
   */
  addressOf(name: string): string {
    const key = canonical(name);
    if (!hostName.test(key)) throw new Error(`'${name}' is not a host name`);
    const known = this.overrides.get(key) ?? this.addresses.get(key);
    if (known !== undefined) return known;

    let index = this.addresses.size;
    while (this.taken.has(addressAt(index))) index += 1;
    const address = addressAt(index);
    const addresses = Object.fromEntries([...this.addresses, [key, address]]);
    replaceFile(this.file, `${JSON.stringify(addresses, null, 2)}\n`);
    this.addresses.set(key, address);
    this.taken.add(address);
    return address;
  }

  /** What a query for the name is answered with: what `answer` gave it last, else its own address. */
  addressesOf(name: string): readonly string[] {
    const given = this.answers.get(canonical(name)) ?? [];
    return given.length > 0 ? given : [this.addressOf(name)];
  }

  /** Lets a name stand for several addresses, as that of a Service does; with none, for its own again. */
  answer(name: string, addresses: readonly string[]): void {
    this.answers.set(canonical(name), addresses);
  }

  /** Every known name with its address, overrides included. */
  entries(): Record<string, string> {
    return Object.fromEntries([...this.addresses, ...this.overrides]);
  }
}

export interface DnsProps {
  readonly registry: NameRegistry;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: 0, a free port. */
  readonly port?: number;
  /** Told why a query was answered with SERVFAIL. Default: a line on standard error. */
  readonly onError?: (error: Error) => void;
}

export interface Dns {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * A DNS server over UDP that has an answer for every name: an A query gets the registry's addresses, any other
 * type an empty answer (not NXDOMAIN, which would deny the A record too). Rejects where the port cannot be had.
 */
export async function startDns(props: DnsProps): Promise<Dns> {
  const { registry, host = '127.0.0.1', port = 0, onError = complain } = props;
  const socket = createSocket('udp4');
  socket.on('message', (message, peer) => {
    const reply = answer(message, registry, onError);
    if (reply !== undefined) socket.send(reply, peer.port, peer.address);
  });
  socket.bind(port, host);
  await once(socket, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw listenFailure(error, { host, port });
  });
  socket.on('error', onError);
  return {
    host,
    port: socket.address().port,
    async close() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

function complain(error: Error): void {
  process.stderr.write(`dns: ${error.message}\n`);
}

/** Undefined for what deserves no reply: bytes that are no DNS message, and replies. */
function answer(
  message: Buffer,
  registry: NameRegistry,
  onError: (error: Error) => void,
): Buffer | undefined {
  const query = parse(message);
  if (query === undefined || query.type !== 'query') return undefined;
  const { flags = 0, questions = [], additionals = [] } = query;
  const [question] = questions;

  let status: number = rcode.noError;
  let addresses: readonly string[] = [];
  if ((flags & opcodeBits) !== 0) {
    status = rcode.notImplemented;
  } else if (question === undefined || questions.length > 1 || !isName(question.name)) {
    status = rcode.formatError;
  } else if (question.type === 'A' && question.class === 'IN' && question.name !== '.') {
    try {
      addresses = registry.addressesOf(question.name);
    } catch (error) {
      onError(error as Error);
      status = rcode.serverFailure;
    }
  }

  return encode({
    type: 'response',
    id: query.id,
    flags: AUTHORITATIVE_ANSWER | (flags & (opcodeBits | RECURSION_DESIRED)) | status,
    // dns-packet writes a name with strange bytes differently from how it read it: better none than another one.
    questions: questions.every(({ name }) => isName(name)) ? questions : [],
    answers: addresses.map((data) => ({
      type: 'A',
      name: question?.name ?? '',
      class: 'IN',
      ttl: ttlSeconds,
      data,
    })),
    additionals: additionals.some((record) => record.type === 'OPT')
      ? [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ]
      : [],
  });
}

function parse(message: Buffer): DecodedPacket | undefined {
  try {
    return decode(message);
  } catch {
    // dns-packet has no error class of its own: any bytes may come in, and any error means that they are no DNS.
    return undefined;
  }
}

/** A host name or the root, as dns-packet decodes them. */
function isName(name: string): boolean {
  return name === '.' || hostName.test(name.toLowerCase());
}

function canonical(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function readAddresses(file: string): Map<string, string> {
  const entries = Object.entries(readJson(file));
  const addresses = entries.map(([, address]) => address);
  if (!addresses.every((address) => typeof address === 'string' && isIPv4(address))) {
    throw new UserError(`${file} is not a map from name to IPv4 address; delete it to start over`);
  }
  if (new Set(addresses).size < addresses.length) {
    throw new UserError(`${file} assigns one address to two names; delete it to start over`);
  }
  return new Map(entries as [string, string][]);
}

function readJson(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  try {
    return Object(JSON.parse(text));
  } catch (error) {
    throw new UserError(`${file} is not JSON; delete it to start over`, { cause: error });
  }
}
