import { groupOf, type Manifest } from '../base/manifest';
import { select } from './pointer';
import type { Target } from './references';

/** Where a kind says what its controller makes, in the namespace of the object unless another is said. */
interface Maker {
  readonly group: string;
  /** Where the name is, the first that is there; default: the name of the object. */
  readonly names: readonly string[];
  readonly namespace?: string;
}

/** Kinds whose controllers make Secrets. */
const SECRETS: Readonly<Record<string, Maker>> = {
  BitwardenSecret: { group: 'k8s.bitwarden.com', names: ['/spec/secretName'] },
  Certificate: { group: 'cert-manager.io', names: ['/spec/secretName'] },
  DopplerSecret: {
    group: 'secrets.doppler.com',
    names: ['/spec/managedSecret/name'],
    namespace: '/spec/managedSecret/namespace',
  },
  ExternalSecret: { group: 'external-secrets.io', names: ['/spec/target/name'] },
  InfisicalSecret: {
    group: 'secrets.infisical.com',
    names: ['/spec/managedSecretReference/secretName', '/spec/managedKubeSecretReferences/*/secretName'],
    namespace: '/spec/managedSecretReference/secretNamespace',
  },
  OnePasswordItem: { group: 'onepassword.com', names: [] },
  SealedSecret: { group: 'bitnami.com', names: ['/spec/template/metadata/name'] },
  SecretProviderClass: {
    group: 'secrets-store.csi.x-k8s.io',
    names: ['/spec/secretObjects/*/secretName'],
  },
  SopsSecret: { group: 'isindir.github.com', names: ['/spec/secretTemplates/*/name'] },
  VaultDynamicSecret: { group: 'secrets.hashicorp.com', names: ['/spec/destination/name'] },
  VaultPKISecret: { group: 'secrets.hashicorp.com', names: ['/spec/destination/name'] },
  VaultStaticSecret: { group: 'secrets.hashicorp.com', names: ['/spec/destination/name'] },
};

/** What makes cert-manager sign the certificates of a Gateway or an Ingress. */
const ISSUERS = ['cert-manager.io/issuer', 'cert-manager.io/cluster-issuer'];

/** Where those name the Secrets of their certificates. */
const SIGNED: Readonly<Record<string, string>> = {
  Gateway: '/spec/listeners/*/tls/certificateRefs/*',
  Ingress: '/spec/tls/*/secretName',
};

/** Lists of namespaces into which an object is copied: of Reflector, and of kubernetes-replicator. */
const COPIES = [
  'reflector.v1.k8s.emberstack.com/reflection-auto-namespaces',
  'reflector.v1.k8s.emberstack.com/reflection-allowed-namespaces',
  'replicator.v1.mittwald.de/replicate-to',
];

/**
 * The Secrets and ConfigMaps that a controller makes of an object: they will be there, and nothing is known of
 * what is in them.
 */
export function madeBy(manifest: Manifest): Target[] {
  return [
    ...secretsOf(manifest),
    ...certificatesOf(manifest),
    ...copiesOf(manifest),
    ...everywhere(manifest),
  ];
}

/** Stands for the namespaces of a target that is made in several. */
export const ANY_NAMESPACE = '*';

/** What Kubernetes and OpenShift put into every namespace. */
export const ALWAYS_THERE: readonly Target[] = ['kube-root-ca.crt', 'openshift-service-ca.crt'].map(
  (name) => ({ group: '', kind: 'ConfigMap', namespace: ANY_NAMESPACE, name }),
);

/** What objects of the whole cluster make in the namespaces that they select. */
function everywhere(manifest: Manifest): Target[] {
  const { name = '' } = manifest.metadata ?? {};
  const kind = `${groupOf(manifest)}/${manifest.kind}`;
  if (kind === 'trust.cert-manager.io/Bundle') {
    return ['ConfigMap', 'Secret'].map((made) => ({ group: '', kind: made, namespace: ANY_NAMESPACE, name }));
  }
  if (kind !== 'external-secrets.io/ClusterExternalSecret') return [];
  const [written] = ['/spec/externalSecretSpec/target/name', '/spec/externalSecretName'].flatMap((at) =>
    select(manifest, at),
  );
  return [secret(`${written?.value ?? name}`, ANY_NAMESPACE)];
}

function secretsOf(manifest: Manifest): Target[] {
  const maker = Object.hasOwn(SECRETS, manifest.kind) ? SECRETS[manifest.kind] : undefined;
  if (maker === undefined || maker.group !== groupOf(manifest)) return [];
  const { name = '', namespace = '' } = manifest.metadata ?? {};
  const written = maker.names.flatMap((at) => select(manifest, at)).map(({ value }) => `${value}`);
  const [where] = maker.namespace === undefined ? [] : select(manifest, maker.namespace);
  return (written.length > 0 ? written : [name]).map((one) =>
    secret(one, where === undefined ? namespace : `${where.value}`),
  );
}

function certificatesOf(manifest: Manifest): Target[] {
  const { annotations = {}, namespace = '' } = manifest.metadata ?? {};
  const at = Object.hasOwn(SIGNED, manifest.kind) ? SIGNED[manifest.kind] : undefined;
  if (at === undefined || !ISSUERS.some((issuer) => Object(annotations)[issuer] !== undefined)) return [];
  return select(manifest, at).map(({ value }) =>
    typeof value === 'string'
      ? secret(value, namespace)
      : secret(`${Object(value).name}`, `${Object(value).namespace ?? namespace}`),
  );
}

function copiesOf({ apiVersion, kind, metadata }: Manifest): Target[] {
  if (apiVersion !== 'v1' || (kind !== 'Secret' && kind !== 'ConfigMap')) return [];
  const { annotations = {}, name = '' } = metadata ?? {};
  return COPIES.flatMap((copy) => `${Object(annotations)[copy] ?? ''}`.split(','))
    .map((namespace) => namespace.trim())
    .filter((namespace) => namespace !== '')
    .map((namespace) => ({ group: '', kind, namespace, name }));
}

const secret = (name: string, namespace: string): Target => ({ group: '', kind: 'Secret', namespace, name });
