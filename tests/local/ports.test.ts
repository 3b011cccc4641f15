import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { beforeEach, test } from 'node:test';
import { clearLockedPorts } from 'get-port';
import { holderOf, Ports } from '../../local/ports';
import { newFolder } from './scratch';

// The library keeps a port from being given twice by one process; here one process plays several.
beforeEach(clearLockedPorts);

async function listening(port = 0) {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as { port: number }).port };
}

test('names who listens on a port, and nobody where nobody does', async () => {
  const { server, port } = await listening();
  assert.match(holderOf(port) ?? '', new RegExp(`^\\S+ \\(pid ${process.pid}\\)$`));
  server.close();
  await once(server, 'close');
  assert.equal(holderOf(port), undefined);
});

test('ports differ, and stay the same the next time', async () => {
  const folder = newFolder();
  const first = new Ports(folder);
  await first.choose(['a', 'b', 'c']);
  const chosen = ['a', 'b', 'c'].map((name) => first.get(name));
  assert.equal(new Set(chosen).size, 3);
  clearLockedPorts();
  const second = new Ports(folder);
  await second.choose(['c', 'a', 'b']);
  assert.deepEqual(
    ['a', 'b', 'c'].map((name) => second.get(name)),
    chosen,
  );
});

test('ports are none that the kernel gives to outgoing connections', async () => {
  const [first] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/).map(Number);
  const names = Array.from({ length: 50 }, (_, index) => `name-${index}`);
  const ports = new Ports(newFolder());
  await ports.choose(names);
  const chosen = names.map((name) => ports.get(name));
  assert.equal(new Set(chosen).size, 50);
  assert.deepEqual(
    chosen.filter((port) => port < 20_000 || port >= (first ?? 0)),
    [],
  );
});

test('a port that somebody took meanwhile is replaced', async () => {
  const folder = newFolder();
  const first = new Ports(folder);
  await first.choose(['a']);
  const { server } = await listening(first.get('a'));
  clearLockedPorts();
  const second = new Ports(folder);
  await second.choose(['a']);
  assert.notEqual(second.get('a'), first.get('a'));
  server.close();
});

test('refuses a name for which no port was chosen', () => {
  assert.throws(() => new Ports(newFolder()).get('a'), /no port is assigned to a/);
});
