import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyPatch } from 'fast-json-patch';
import { objectId } from '../../base/manifest';
import { checkManifests, type Finding, type Manifest, rules } from '../../policies';
import { sampleBundle } from '../../policies/rules/baseline';
import { places } from './support';

/** Rules whose fix leaves nothing to find, wherever they have one. */
const MENDED = ['G32', 'G34', 'G35', 'G41', 'G45', 'G46', 'G18'];

function mended(bundle: readonly Manifest[], { object, patch = [] }: Finding): Manifest[] {
  return bundle.map((manifest) =>
    objectId(manifest) === object
      ? applyPatch(structuredClone(manifest), structuredClone([...patch]), true).newDocument
      : manifest,
  );
}

for (const { id, bad } of rules.filter((rule) => MENDED.includes(rule.id))) {
  for (const sample of bad) {
    const bundle = sampleBundle(sample);
    const [finding] = checkManifests(bundle).filter(({ rule, patch }) => rule === id && patch !== undefined);
    if (finding === undefined) continue;
    test(`the fix of ${id} mends: ${sample.shows}`, () => {
      assert.deepEqual(places(checkManifests(mended(bundle, finding))), []);
    });
  }
}

const GATEWAY_API = 'gateway.networking.k8s.io/v1';

/** The Gateway of the sound bundle with a certificate that something makes. */
function certified(made: Manifest | undefined, annotations: Readonly<Record<string, string>> = {}) {
  return sampleBundle({
    change: {
      'gateway/ai/chat': {
        apiVersion: GATEWAY_API,
        metadata: { annotations },
        spec: {
          listeners: [
            { name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'made' }] } },
          ],
        },
      },
      ...(made && { [objectId(made)]: made }),
    },
  });
}

const maker = (apiVersion: string, kind: string, spec: object, namespace = 'ai', name = 'made') =>
  ({ apiVersion, kind, metadata: { namespace, name }, spec }) as Manifest;

const SIGNED = { issuerRef: { name: 'authority' }, dnsNames: ['models.example.com'] };

const MAKERS: readonly Manifest[] = [
  maker('cert-manager.io/v1', 'Certificate', { ...SIGNED, secretName: 'made' }, 'ai', 'other'),
  maker('external-secrets.io/v1', 'ExternalSecret', { target: { name: 'made' } }, 'ai', 'other'),
  maker('external-secrets.io/v1beta1', 'ExternalSecret', {}),
  maker('bitnami.com/v1alpha1', 'SealedSecret', { encryptedData: {} }),
  maker('secrets.hashicorp.com/v1beta1', 'VaultPKISecret', { destination: { name: 'made' } }, 'ai', 'x'),
  maker('secrets-store.csi.x-k8s.io/v1', 'SecretProviderClass', { secretObjects: [{ secretName: 'made' }] }),
];

for (const made of MAKERS) {
  test(`a Secret that a ${made.kind} of ${made.apiVersion} makes is there`, () => {
    assert.deepEqual(places(checkManifests(certified(made)).filter(({ rule }) => rule === 'R13')), []);
  });
}

test('a certificate of a Gateway that names an issuer is there', () => {
  const bundle = certified(undefined, { 'cert-manager.io/cluster-issuer': 'authority' });
  assert.deepEqual(places(checkManifests(bundle)), []);
});

const MISSING = ['R13 gateway/ai/chat /spec/listeners/0/tls/certificateRefs/0'];

test('a Secret is missing that nobody makes, or that is made in another namespace or by another name', () => {
  const elsewhere = [
    undefined,
    maker('cert-manager.io/v1', 'Certificate', { ...SIGNED, secretName: 'made' }, 'web'),
    maker('cert-manager.io/v1', 'Certificate', { ...SIGNED, secretName: 'other' }),
    maker('example.com/v1', 'Certificate', { secretName: 'made' }),
  ];
  for (const made of elsewhere) assert.deepEqual(places(checkManifests(certified(made))), MISSING);
});
