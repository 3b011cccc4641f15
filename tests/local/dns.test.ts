import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type DecodedPacket, decode, encode, type Packet, RECURSION_DESIRED } from 'dns-packet';
import fc from 'fast-check';
import { addressAt, type Dns, NameRegistry, startDns } from '../../local/dns';
import { newFolder } from './scratch';

const newFile = () => join(newFolder(), 'names.json');

/** One whose folder has become a file. */
function unwritableRegistry(): NameRegistry {
  const folder = join(newFolder(), 'state');
  const registry = new NameRegistry(join(folder, 'names.json'));
  writeFileSync(folder, '');
  return registry;
}

const rcodeOf = (reply: DecodedPacket) => (reply.flags ?? 0) & 0xf;

describe('addressAt', () => {
  test('counts through the last octet, then the third, then the second', () => {
    const expected: [number, string][] = [
      [0, '127.1.0.1'],
      [253, '127.1.0.254'],
      [254, '127.1.1.1'],
      [256 * 254 - 1, '127.1.255.254'],
      [256 * 254, '127.2.0.1'],
      [255 * 256 * 254 - 1, '127.255.255.254'],
    ];
    for (const [index, address] of expected) assert.equal(addressAt(index), address);
  });

  test('is a usable loopback address outside 127.0.0.0/16, another one for every index', () => {
    const index = fc.nat(255 * 256 * 254 - 1);
    fc.assert(
      fc.property(index, index, (one, other) => {
        const [first, second, , last] = addressAt(one).split('.').map(Number);
        assert.ok(isIPv4(addressAt(one)));
        assert.ok(first === 127 && second !== 0 && last !== 0 && last !== 255);
        assert.equal(addressAt(one) === addressAt(other), one === other);
      }),
    );
  });

  test('refuses an index past the last address', () => {
    assert.throws(() => addressAt(255 * 256 * 254), RangeError);
  });
});

describe('NameRegistry', () => {
  test('gives every name an address of its own, in order, without regard to case and final dot', () => {
    const registry = new NameRegistry(newFile());
    assert.equal(registry.addressOf('gpt-oss-120b.ai-serving.svc.cluster.local'), '127.1.0.1');
    assert.equal(registry.addressOf('gemini.stand-in.internal'), '127.1.0.2');
    assert.equal(registry.addressOf('GPT-OSS-120B.ai-serving.svc.cluster.local.'), '127.1.0.1');
    assert.deepEqual(registry.entries(), {
      'gpt-oss-120b.ai-serving.svc.cluster.local': '127.1.0.1',
      'gemini.stand-in.internal': '127.1.0.2',
    });
  });

  test('keeps the addresses over a restart and leaves no temporary file', () => {
    const folder = newFolder();
    const file = join(folder, 'names.json');
    const first = new NameRegistry(file);
    for (const name of ['c', 'a', 'b']) first.addressOf(name);
    const second = new NameRegistry(file);
    assert.deepEqual(second.entries(), { c: '127.1.0.1', a: '127.1.0.2', b: '127.1.0.3' });
    assert.equal(second.addressOf('d'), '127.1.0.4');
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), second.entries());
    assert.deepEqual(readdirSync(folder), ['names.json']);
  });

  test('does not give away an address that the file or an override holds', () => {
    const file = newFile();
    writeFileSync(file, JSON.stringify({ kept: '127.1.0.3' }));
    const registry = new NameRegistry(file, { fixed: '127.1.0.2' });
    assert.deepEqual(
      ['new', 'newer'].map((name) => registry.addressOf(name)),
      ['127.1.0.4', '127.1.0.5'],
    );
  });

  test('answers an override first and does not write it down', () => {
    const file = newFile();
    const name = 'envoy-gateway.envoy-gateway-system.svc.cluster.local';
    const registry = new NameRegistry(file, { [`${name}.`]: '127.0.0.1' });
    assert.equal(registry.addressOf(name.toUpperCase()), '127.0.0.1');
    assert.equal(registry.addressOf('other'), '127.1.0.1');
    assert.deepEqual(registry.entries(), { other: '127.1.0.1', [name]: '127.0.0.1' });
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { other: '127.1.0.1' });
  });

  test('takes a name that an object would treat in its own way', () => {
    const file = newFile();
    assert.equal(new NameRegistry(file).addressOf('__proto__'), '127.1.0.1');
    assert.equal(new NameRegistry(file).addressOf('constructor'), '127.1.0.2');
    assert.equal(new NameRegistry(file).addressOf('__proto__'), '127.1.0.1');
  });

  test('does not remember a name that it could not write', () => {
    const registry = unwritableRegistry();
    assert.throws(() => registry.addressOf('a'), { code: 'EEXIST' });
    assert.deepEqual(registry.entries(), {});
  });

  for (const name of ['', '.', 'two words', 'a..b', '-'.repeat(64), 'ä.example', `${'a.'.repeat(127)}a`]) {
    test(`refuses '${name.slice(0, 12)}', which is not a host name`, () => {
      assert.throws(() => new NameRegistry(newFile()).addressOf(name), /is not a host name/);
    });
  }

  const broken: [string, string, RegExp][] = [
    ['is not JSON', '{', /is not JSON; delete it/],
    ['holds something else than addresses', '{"a": 1}', /is not a map from name to IPv4 address/],
    ['gives one address twice', '{"a": "127.1.0.1", "b": "127.1.0.1"}', /one address to two names/],
  ];
  for (const [what, content, message] of broken) {
    test(`refuses a file that ${what}`, () => {
      const file = newFile();
      writeFileSync(file, content);
      assert.throws(() => new NameRegistry(file), message);
    });
  }
});

describe('startDns', { timeout: 60_000 }, () => {
  const registry = new NameRegistry(newFile(), { fixed: '127.0.0.1' });
  let dns: Dns;
  before(async () => {
    dns = await startDns({ registry });
  });
  after(() => dns.close());

  /** Sends the messages from one socket and returns the replies up to the last one awaited. */
  async function exchange(
    messages: Buffer[],
    isLast: (reply: DecodedPacket) => boolean = () => true,
    server = dns,
  ): Promise<DecodedPacket[]> {
    const socket = createSocket('udp4');
    const replies: DecodedPacket[] = [];
    const done = new Promise<void>((resolve) => {
      socket.on('message', (message) => {
        const reply = decode(message);
        replies.push(reply);
        if (isLast(reply)) resolve();
      });
    });
    for (const message of messages) socket.send(message, server.port, server.host);
    await done;
    socket.close();
    return replies;
  }

  async function ask(query: Packet): Promise<DecodedPacket> {
    const [reply] = await exchange([encode({ type: 'query', id: 7, flags: RECURSION_DESIRED, ...query })]);
    assert.ok(reply);
    assert.equal(reply.id, 7);
    return reply;
  }

  test('answers an A query with the address of the registry and a short life', async () => {
    const reply = await ask({ questions: [{ type: 'A', name: 'Gemini.Stand-In.internal' }] });
    assert.equal(rcodeOf(reply), 0);
    assert.ok(reply.flag_qr && reply.flag_aa && reply.flag_rd);
    assert.deepEqual(reply.questions, [{ type: 'A', name: 'Gemini.Stand-In.internal', class: 'IN' }]);
    const [answer] = reply.answers ?? [];
    assert.ok(answer?.type === 'A');
    assert.equal(answer.name, 'Gemini.Stand-In.internal');
    assert.equal(answer.data, registry.addressOf('gemini.stand-in.internal'));
    assert.equal(answer.ttl, 1);
  });

  test('answers with all addresses that a name stands for, and with its own when there are none', async () => {
    const addresses = async () =>
      (await ask({ questions: [{ type: 'A', name: 'replicas' }] })).answers?.map((answer) =>
        answer.type === 'A' ? answer.data : '',
      );
    const own = registry.addressOf('replicas');
    registry.answer('Replicas.', ['127.1.9.1', '127.1.9.2']);
    assert.deepEqual(await addresses(), ['127.1.9.1', '127.1.9.2']);
    registry.answer('replicas', []);
    assert.deepEqual(await addresses(), [own]);
  });

  for (const type of ['AAAA', 'SRV', 'TXT', 'HTTPS'] as const) {
    test(`answers ${type} with nothing, not with an error`, async () => {
      // dns-packet has no name for HTTPS (RFC 9460), which is type 65.
      const wire = (type === 'HTTPS' ? 'UNKNOWN_65' : type) as 'TXT';
      const reply = await ask({ questions: [{ type: wire, name: 'gemini.stand-in.internal' }] });
      assert.equal(rcodeOf(reply), 0);
      assert.deepEqual(reply.answers, []);
      assert.equal(reply.questions?.[0]?.type, wire);
    });
  }

  test('is understood by c-ares, the resolver that Envoy uses', async () => {
    const resolver = new Resolver();
    resolver.setServers([`${dns.host}:${dns.port}`]);
    assert.deepEqual(await resolver.resolve4('fixed'), ['127.0.0.1']);
    assert.deepEqual(await resolver.resolve4('vllm.ai-serving.svc.cluster.local'), [
      registry.addressOf('vllm.ai-serving.svc.cluster.local'),
    ]);
    await assert.rejects(resolver.resolve6('vllm.ai-serving.svc.cluster.local'), { code: 'ENODATA' });
  });

  test('answers EDNS with EDNS', async () => {
    const opt = {
      type: 'OPT',
      name: '.',
      udpPayloadSize: 4096,
      extendedRcode: 0,
      ednsVersion: 0,
      flags: 0,
    } as const;
    const additionals: Packet['additionals'] = [{ ...opt, flag_do: false, options: [] }];
    const question = { type: 'A', name: 'fixed' } as const;
    const [record] = (await ask({ questions: [question], additionals })).additionals ?? [];
    assert.ok(record?.type === 'OPT');
    assert.equal(record.udpPayloadSize, 1232);
    assert.deepEqual((await ask({ questions: [question] })).additionals, []);
  });

  const refused: [string, Packet, number][] = [
    ['no question', { questions: [] }, 1],
    ['two questions', { questions: ['a', 'b'].map((name) => ({ type: 'A', name })) }, 1],
    ['a name that is no host name', { questions: [{ type: 'A', name: 'two words' }] }, 1],
    ['another operation than a query', { flags: 5 << 11, questions: [{ type: 'A', name: 'a' }] }, 4],
  ];
  for (const [what, query, expected] of refused) {
    test(`refuses ${what}`, async () => {
      const known = registry.entries();
      const reply = await ask(query);
      assert.equal(rcodeOf(reply), expected);
      assert.deepEqual(reply.answers, []);
      assert.deepEqual(registry.entries(), known);
    });
  }

  test('gives the root no address', async () => {
    const reply = await ask({ questions: [{ type: 'A', name: '.' }] });
    assert.deepEqual([rcodeOf(reply), reply.answers], [0, []]);
  });

  test('lets replies and arbitrary bytes pass and still answers', async () => {
    const reply = encode({ type: 'response', id: 8, questions: [{ type: 'A', name: 'fixed' }] });
    const query = encode({ type: 'query', id: 9, questions: [{ type: 'A', name: 'fixed' }] });
    const mutated = fc.tuple(fc.integer({ min: 2, max: query.length - 1 }), fc.nat(255)).map(([at, byte]) => {
      const copy = Buffer.from(query);
      copy[at] = byte;
      return copy;
    });
    const noise = fc.oneof(fc.uint8Array({ maxLength: 1 }).map(Buffer.from), mutated);
    for (const message of [reply, ...fc.sample(noise, 100)]) {
      const probe = encode({ type: 'query', id: 10, questions: [{ type: 'A', name: 'fixed' }] });
      const ids = (await exchange([message, probe], ({ id }) => id === 10)).map(({ id }) => id);
      assert.ok(ids.every((id) => id === 9 || id === 10) && ids.length <= 2);
    }
  });

  test('answers SERVFAIL and says why where the registry cannot be written', async () => {
    const errors: Error[] = [];
    const other = await startDns({ registry: unwritableRegistry(), onError: (error) => errors.push(error) });
    const query = encode({ type: 'query', questions: [{ type: 'A', name: 'a' }] });
    const [reply] = await exchange([query], undefined, other);
    await other.close();
    assert.ok(reply);
    assert.equal(rcodeOf(reply), 2);
    assert.match(errors[0]?.message ?? '', /EEXIST/);
  });

  test('refuses a port in use, with its number', async () => {
    const holder = createSocket('udp4').bind(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address();
    await assert.rejects(startDns({ registry, port }), {
      message: new RegExp(`^127.0.0.1:${port} is already in use`),
    });
    holder.close();
  });
});
