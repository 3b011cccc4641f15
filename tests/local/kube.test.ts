import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { after, before, beforeEach, describe, test } from 'node:test';
import { keyPair } from '../../local/certificates';
import { Kube, KubeError } from '../../local/kube';
import { newFolder } from './scratch';

describe('the client of the API server', () => {
  const calls: string[] = [];
  let answers: (readonly [status: number, body: object])[] = [];
  let kube: Kube;
  let server = '';
  let caFile = '';
  let close: () => void;

  before(async () => {
    const { cert, key, ca } = await keyPair(newFolder(), ['127.0.0.1']);
    const listener = createServer(
      { cert: readFileSync(cert), key: readFileSync(key) },
      (request, response) => {
        calls.push(`${request.method} ${request.url} ${request.headers.authorization}`);
        const [status, body] = answers.shift() ?? [500, {}];
        response.writeHead(status).end(JSON.stringify(body));
      },
    ).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as { port: number };
    [server, caFile] = [`https://127.0.0.1:${port}`, ca];
    kube = new Kube({ server, token: 't', caFile });
    close = () => {
      listener.close();
      listener.closeAllConnections();
    };
  });
  after(() => close());
  beforeEach(() => {
    calls.length = 0;
  });

  test('takes a finalizer off what is still as it was read; what is gone or changed is left alone', async () => {
    const metadata = {
      name: 'r',
      namespace: 'ns',
      uid: 'u',
      resourceVersion: '7',
      finalizers: ['a/b', 'c/d'],
    };
    const held = { apiVersion: 'aigateway.envoyproxy.io/v1beta1', kind: 'AIGatewayRoute', metadata };
    const call = 'PATCH /apis/aigateway.envoyproxy.io/v1beta1/namespaces/ns/aigatewayroutes/r Bearer t';
    for (const status of [200, 404, 409]) {
      answers = [[status, {}]];
      await kube.letGo(held, 'a/b');
    }
    assert.deepEqual(calls, [call, call, call]);
    answers = [[403, {}]];
    await assert.rejects(kube.letGo(held, 'a/b'), KubeError);
  });

  test('remembers what it read until something is written to the kind, by others or by itself', async () => {
    let state: string | undefined = '1';
    const own = new Kube({ server, token: 't', caFile });
    own.remember({ stateOf: (plural) => (plural === 'pods' ? state : undefined) });
    const pods = async () => (await own.list('v1', 'Pod')).map(({ metadata }) => metadata.name);
    const holding = (name: string) => [200, { items: [{ metadata: { name } }] }] as const;
    answers = [holding('a'), holding('b'), [200, {}], holding('c'), holding('d')];
    assert.deepEqual([await pods(), await pods()], [['a'], ['a']]);
    state = '2';
    assert.deepEqual([await pods(), await pods()], [['b'], ['b']]);
    await own.remove('v1', 'Pod', 'b', 'ns');
    assert.deepEqual([await pods(), await pods()], [['c'], ['c']]);
    state = undefined;
    assert.deepEqual(await pods(), ['d']);
    assert.equal(calls.length, 5);
  });

  test('asks again when the server says that it is not ready for the kind', async () => {
    answers = [
      [429, { message: 'storage is (re)initializing' }],
      [200, { items: [{ metadata: { name: 'a' } }] }],
    ];
    const [gateway] = await kube.list('gateway.networking.k8s.io/v1', 'Gateway', 'ns');
    assert.equal(gateway?.kind, 'Gateway');
    const call = 'GET /apis/gateway.networking.k8s.io/v1/namespaces/ns/gateways Bearer t';
    assert.deepEqual(calls, [call, call]);
  });

  test('a kind is served while objects of it can be made: not before, and not while it is being deleted', async () => {
    const resources = [
      { resource: 'gateways', verbs: ['create', 'get', 'list'] },
      { resource: 'tlsroutes', verbs: ['delete', 'get', 'list', 'watch'] },
    ];
    answers = [
      [200, { items: [{ metadata: { name: 'gateway.networking.k8s.io' }, versions: [{ resources }] }] }],
    ];
    assert.deepEqual([...(await kube.servedKinds())], ['gateways.gateway.networking.k8s.io']);
  });

  test('what is not there is nothing, be it an object or a kind', async () => {
    answers = [
      [404, {}],
      [404, {}],
    ];
    assert.deepEqual(await kube.list('gateway.networking.k8s.io/v1', 'Gateway'), []);
    assert.equal(await kube.get('v1', 'Secret', 'none', 'ns'), undefined);
  });

  test('refuses every other failure at once, with the call', async () => {
    answers = [[409, { message: 'conflict' }]];
    const manifest = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's', namespace: 'ns' } };
    await assert.rejects(kube.apply(manifest, 'status'), (error: KubeError) => {
      assert.ok(error instanceof KubeError);
      assert.match(
        error.message,
        /^PATCH \/api\/v1\/namespaces\/ns\/services\/s\/status\?.*: 409 .*conflict/,
      );
      return true;
    });
    assert.equal(calls.length, 1);
  });

  test('refuses a kind that it does not know', () => {
    return assert.rejects(kube.list('v1', 'Endpoints'), /kube\.ts does not know the kind Endpoints/);
  });
});
