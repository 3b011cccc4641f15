import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Component, Processes, StartError } from '../../local/process';
import { until } from '../../local/until';
import { newFolder } from './scratch';

const state = newFolder();
const processes = new Processes(state);
after(() => processes.stopAll());

const shell = (name: string, script: string, rest: Partial<Component> = {}): Component => ({
  name,
  command: '/bin/sh',
  args: ['-c', script],
  ready: async () => true,
  startSeconds: 5,
  ...rest,
});

const stateOf = async (name: string) =>
  (await processes.status()).find((component) => component.name === name);

test('a component runs once, and again after it died', async () => {
  const component = shell('sleeper', 'exec sleep 600');
  await processes.ensure(component);
  const first = (await stateOf('sleeper'))?.pid;
  await processes.ensure(component);
  assert.equal((await stateOf('sleeper'))?.pid, first);
  process.kill(first ?? 0, 'SIGKILL');
  assert.ok(await until(async () => processes.isDead('sleeper'), 5));
  assert.equal((await stateOf('sleeper'))?.detail, 'killed by SIGKILL');
  await processes.ensure(component);
  assert.notEqual((await stateOf('sleeper'))?.pid, first);
});

test('a component that ends before it is ready is started again', async () => {
  const [tried, serves] = [join(state, 'tried'), join(state, 'serves')];
  const script = `test -e ${tried} || { touch ${tried}; exit 1; }; touch ${serves}; exec sleep 600`;
  await processes.ensure(shell('hasty', script, { ready: async () => existsSync(serves) }));
  assert.equal((await stateOf('hasty'))?.state, 'running');
});

test('a component that ended by itself is due again, and neither one that was killed nor one that just started', async () => {
  const eager = new Processes(state, 0);
  await eager.ensure(shell('brief', 'sleep 0.2; exit 1'));
  await processes.ensure(shell('brief', 'sleep 0.2; exit 1'));
  assert.ok(await until(async () => eager.isDead('brief') && processes.isDead('brief'), 5));
  assert.deepEqual([eager.isDue('brief'), processes.isDue('brief')], [true, false]);
  await eager.ensure(shell('killed', 'exec sleep 600'));
  eager.signal('killed', 'SIGKILL');
  assert.ok(await until(async () => eager.isDead('killed'), 5));
  assert.equal(eager.isDue('killed'), false);
  await eager.stopAll();
});

test('refuses a component that ends before it is ready three times, with the end of its log', async () => {
  const component = shell('failing', 'echo the reason; exit 3', { ready: async () => false });
  await assert.rejects(processes.ensure(component), (error: StartError) => {
    assert.ok(error instanceof StartError);
    assert.match(error.message, /failing exited with 3\n(the reason\n){3}log: /);
    return true;
  });
});

test('refuses a component that is not ready in time', async () => {
  const component = shell('slow', 'exec sleep 600', { ready: async () => false, startSeconds: 0.3 });
  await assert.rejects(processes.ensure(component), /slow is not ready after 0\.3 s/);
});

test('refuses a command that is not there', async () => {
  const component = { ...shell('absent', ''), command: '/nonexistent/program', ready: async () => false };
  await assert.rejects(processes.ensure(component), /absent exited with 127/);
});

test('fixed paths lead to our folders, beside the rest of the host, and nothing is written there', async () => {
  writeFileSync(join(state, 'inside'), 'seen');
  const script =
    'cat /certs/inside /etc/of-ours/inside; test -e /etc/passwd && test -d /usr && echo host; exec sleep 600';
  const component = shell('namespaced', script, { fixedPaths: { '/certs': state, '/etc/of-ours': state } });
  await processes.ensure(component);
  const log = () => readFileSync(processes.log('namespaced'), 'utf8');
  assert.ok(await until(async () => log().includes('host'), 5), log());
  assert.match(log(), /^seenseenhost/);
  assert.equal(existsSync('/etc/of-ours'), false);
});
