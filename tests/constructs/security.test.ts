import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Identity } from '../../config';
import type { AiGatewayProps } from '../../constructs';
import { assertGolden, chart, field, gatewayIn, manifests, mistakesOf, only } from './support';

const CERTIFICATE = { certificate: 'the-chain', key: 'the-private-key' };
const JWT: Identity = {
  kind: 'jwt',
  issuer: 'https://idp.example.com',
  audiences: ['ai-gateway'],
  jwksUri: 'https://idp.example.com/certs',
  claims: { workload: 'azp', tenant: 'org' },
};
const MTLS: Identity = { kind: 'mtls', caCertificate: 'the-authorities', name: 'dns' };
const EXT_AUTH: Identity = {
  kind: 'extAuth',
  url: { hostname: 'auth.security.svc.cluster.local', port: 8443, tls: true, prefix: '/check' },
};

function render(changes: Partial<AiGatewayProps>) {
  const scope = chart();
  gatewayIn(scope, changes);
  return manifests(scope);
}

/** What differs between identities. */
function entrance(changes: Partial<AiGatewayProps>) {
  const kinds = ['Backend', 'ClientTrafficPolicy', 'ConfigMap', 'Gateway', 'Secret', 'SecurityPolicy'];
  return render(changes).filter(({ kind }) => kinds.includes(kind));
}

const early = (changes: Partial<AiGatewayProps>, list: string) =>
  field(only(render(changes), 'ClientTrafficPolicy'), `spec.headers.earlyRequestHeaders.${list}`);

test('a gateway with API keys is a Secret of clients and a policy that names the client itself', () => {
  const clientKeys = { ide: 'the-key-of-ide', batch: 'the-key-of-batch' };
  assertGolden('gateway-api-key', entrance({ identity: { kind: 'apiKey' }, clientKeys }));
});

test('a gateway with tokens checks issuer and audience, and takes them from one header', () => {
  assertGolden('gateway-jwt', entrance({ identity: JWT }));
});

test('a gateway with client certificates has TLS, their authorities, and the name as header', () => {
  assertGolden('gateway-mtls', entrance({ identity: MTLS, certificate: CERTIFICATE }));
});

test('a gateway with external authorization asks the service with the credentials, and never lets go', () => {
  assertGolden('gateway-ext-auth', entrance({ identity: EXT_AUTH }));
});

test('unless the client is trusted, what it says of itself is dropped before any filter', () => {
  for (const identity of [JWT, EXT_AUTH, { kind: 'none' } as const]) {
    const removed = early({ identity }, 'remove') as string[];
    assert.ok(removed.includes('x-workload-app') && removed.includes('x-tenant'), identity.kind);
  }
  // Envoy sets before it removes, so a header that is set cannot be removed too.
  const mtls = { identity: MTLS, certificate: CERTIFICATE };
  assert.ok(!(early(mtls, 'remove') as string[]).includes('x-workload-app'));
  assert.ok((early(mtls, 'remove') as string[]).includes('x-tenant'));
});

test('a certificate without a name of the kind is refused in the handshake: no header would be set', () => {
  for (const [name, list] of [
    ['dns', 'dnsNames'],
    ['uri', 'uris'],
  ] as const) {
    const objects = render({ identity: { ...MTLS, name }, certificate: CERTIFICATE });
    const validation = field(only(objects, 'ClientTrafficPolicy'), 'spec.tls.clientValidation');
    assert.deepEqual(field(validation, `subjectAltNames.${list}`), [
      { type: 'RegularExpression', value: '.+' },
    ]);
    assert.equal(field(validation, 'mode'), 'RequireAndVerify');
  }
});

test('clients that are trusted, everybody, or known by their certificate need no policy', () => {
  const identities: readonly Identity[] = [{ kind: 'trustedHeader' }, { kind: 'none' }, MTLS];
  for (const identity of identities) {
    const objects = render({ identity, certificate: CERTIFICATE });
    assert.ok(!objects.some(({ kind }) => kind === 'SecurityPolicy'), identity.kind);
  }
});

test('the listener has TLS with a certificate, and none without', () => {
  const listener = 'spec.listeners.0';
  assert.equal(field(only(render({}), 'Gateway'), `${listener}.protocol`), 'HTTP');
  const gateway = only(render({ certificate: CERTIFICATE }), 'Gateway');
  assert.equal(field(gateway, `${listener}.protocol`), 'HTTPS');
  assert.deepEqual(field(gateway, `${listener}.tls.certificateRefs`), [
    { kind: 'Secret', name: 'ai-gateway-certificate' },
  ]);
});

test('refuses API keys without a client, and an empty key', () => {
  const identity = { kind: 'apiKey' } as const;
  assert.match(mistakesOf(() => render({ identity }))[0]?.problem ?? '', /no client has a key/);
  const [mistake] = mistakesOf(() => render({ identity, clientKeys: { ide: '' } }));
  assert.equal(mistake?.path, 'test/ai-gateway/identity/keys/ide');
});

test('refuses client certificates without a certificate of the gateway', () => {
  const [mistake] = mistakesOf(() => render({ identity: MTLS }));
  assert.equal(mistake?.path, 'test/ai-gateway/certificate');
});
