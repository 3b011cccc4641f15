import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CREDENTIAL_HEADERS } from '../../config';
import { type ModelBackendProps, Namespace } from '../../constructs';
import { assertGolden, backendIn, chart, field, manifests, mistakesOf, only } from './support';

/** As a manifest lists them. */
const STRIPPED: string[] = CREDENTIAL_HEADERS.toSorted();

const PROVIDER = {
  hostname: 'api.example.com',
  port: 443,
  tls: true,
  schema: { name: 'OpenAI' as const, prefix: '/v1beta/openai' },
};

function render(changes: Partial<ModelBackendProps> = {}) {
  const scope = chart();
  backendIn(scope, new Namespace(scope, 'namespace', { name: 'ai-gateway' }), changes);
  return manifests(scope);
}

test('a model server of the cluster is an address and a dialect, without a key', () => {
  assertGolden('backend-server', render());
});

test('a provider is verified by the system CAs and gets its key', () => {
  assertGolden(
    'backend-provider',
    render({ name: 'gemini', endpoint: PROVIDER, apiKey: 'k', removeHeaders: ['x-workload-app'] }),
  );
});

test('no credential of a client reaches a backend, whether it has a key or not [backend-leaks-nothing]', () => {
  for (const objects of [render(), render({ endpoint: PROVIDER, apiKey: 'k' })]) {
    const removed = field(only(objects, 'AIServiceBackend'), 'spec.headerMutation.remove') as string[];
    assert.deepEqual(removed, STRIPPED);
    for (const header of ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'cookie']) {
      assert.ok(removed.includes(header), header);
    }
  }
});

test('the key is in the Secret and nowhere else', () => {
  const objects = render({ endpoint: PROVIDER, apiKey: 'the-only-key' });
  assert.deepEqual(only(objects, 'Secret').stringData, { apiKey: 'the-only-key' });
  const others = objects.filter(({ kind }) => kind !== 'Secret');
  assert.ok(!JSON.stringify(others).includes('the-only-key'));
});

test('plain HTTP upstreams get no TLS settings', () => {
  assert.equal(field(only(render(), 'Backend'), 'spec.tls'), undefined);
  assert.deepEqual(field(only(render({ endpoint: PROVIDER }), 'Backend'), 'spec.tls'), {
    wellKnownCACertificates: 'System',
    sni: 'api.example.com',
  });
});

test('a header is removed once, however often it is named', () => {
  const removed = field(
    only(render({ removeHeaders: ['cookie'] }), 'AIServiceBackend'),
    'spec.headerMutation',
  );
  assert.deepEqual(removed, { remove: STRIPPED });
});

test('a private CA is a ConfigMap that the Backend verifies with', () => {
  const objects = render({ endpoint: { ...PROVIDER, caCertificate: 'PEM' } });
  assert.deepEqual(only(objects, 'ConfigMap').data, { 'ca.crt': 'PEM' });
  assert.deepEqual(field(only(objects, 'Backend'), 'spec.tls'), {
    caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'gpt-oss' }],
    sni: 'api.example.com',
  });
  const order = objects.map(({ kind }) => kind);
  assert.ok(order.indexOf('ConfigMap') < order.indexOf('Backend'));
});

test('refuses a private CA for an endpoint without TLS', () => {
  const [mistake] = mistakesOf(() => render({ endpoint: { ...PROVIDER, tls: false, caCertificate: 'PEM' } }));
  assert.equal(mistake?.path, 'test/gpt-oss/endpoint/caCertificate');
});

test('refuses a key beside other credentials, and empty credentials', () => {
  const credentials = { kind: 'anthropicApiKey', secret: 'k' } as const;
  const [both] = mistakesOf(() => render({ apiKey: 'k', credentials }));
  assert.equal(both?.problem, 'cannot be combined with apiKey');
  const [empty] = mistakesOf(() => render({ credentials: { ...credentials, secret: '' } }));
  assert.equal(empty?.problem, 'the secret of anthropicApiKey is empty');
});

test('refuses an empty key without showing anything of it', () => {
  assert.deepEqual(
    mistakesOf(() => render({ apiKey: '' })),
    [
      {
        path: 'test/gpt-oss/apiKey',
        problem: 'the key is empty',
        fix: 'remove it if the endpoint needs no key',
      },
    ],
  );
});

test('refuses more headers than an AIServiceBackend removes', () => {
  const [mistake] = mistakesOf(() => render({ removeHeaders: ['a', 'b', 'c', 'd', 'e'] }));
  assert.equal(
    mistake?.problem,
    '17 headers to remove, including 12 that are always removed, are more than the 16 that an AIServiceBackend allows',
  );
});
