import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupOf, objectId } from '../../base/manifest';
import { clouds, providers, STAND_IN_CERTIFICATE } from '../../local/named-services';
import type { Manifest } from '../../policies';
import { sampleBundle } from '../../policies/rules/baseline';
import { configMap } from '../../policies/rules/gateway/samples';

// biome-ignore lint/suspicious/noExplicitAny: objects of samples, of any shape
type Json = any;

/** The groups whose objects the gateways' controllers read. */
const GROUPS = [
  'aigateway.envoyproxy.io',
  'gateway.envoyproxy.io',
  'gateway.networking.k8s.io',
  'inference.networking.k8s.io',
];

/** What those name of the core. */
const NAMED = ['ConfigMap', 'Secret', 'Service'];

/** Namespaces of the sound bundle and of samples; nothing else of the datacenter is in them. */
export const NAMESPACES = ['ai', 'vault', 'web'];

/** The class of the sound bundle, which manifests of a platform team's do not bring. */
const CLASS = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GatewayClass',
  metadata: { name: 'envoy' },
  spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' },
};

/** The host that stands in for one of a sample. */
interface Place {
  readonly hostname: string;
  readonly port: number;
  readonly tls: boolean;
  readonly key: string;
}

function cloud(name: string): Place {
  const { tls = false, key = '' } = clouds.find((one) => one.name === name) ?? {};
  return { hostname: `${name}.stand-in.internal`, port: tls ? 8443 : 8090, tls, key };
}

/** What answers in the place of a Service of a sample. */
const site: Place = {
  hostname: `${providers[0].name}.stand-in.internal`,
  port: 8090,
  tls: false,
  key: providers[0].apiKey,
};

const PLACES: Readonly<Record<string, Place>> = {
  'ai.openai.azure.com': cloud('azure'),
  'api.anthropic.com': cloud('anthropic'),
  'api.example.com': cloud('openai-tls'),
  'api.openai.com': cloud('openai-tls'),
  'bedrock-runtime.us-east-1.amazonaws.com': cloud('bedrock'),
  'models.internal': site,
  'us-central1-aiplatform.googleapis.com': cloud('vertex'),
  'oss.ai.svc.cluster.local': {
    hostname: 'gpt-oss-120b.ai-serving.svc.cluster.local',
    port: 8000,
    tls: false,
    key: '',
  },
};

/** A sample as it stands in the cluster. */
export interface Placed {
  readonly objects: ReadonlyMap<string, Manifest>;
  /** Envoy Gateway's configuration, as text. */
  readonly config: string;
  /** What the provider accepts. */
  readonly key: string;
}

const CONFIG = 'configmap/envoy-gateway-system/envoy-gateway-config';

/**
 * The bundle of a sample, as far as it is the gateways': the hosts of providers are stand-ins, with the keys that these
 * accept; certificates are real ones; the class is this datacenter's; there is one Envoy.
 *
 * @param state The folder of the datacenter.
 */
export function placed(change: Parameters<typeof sampleBundle>[0]['change'], state: string): Placed {
  const bundle = sampleBundle({ change: { ...configMap({}), ...change } });
  const config: Json = bundle.find((one) => objectId(one) === CONFIG);
  const pem = (file: string) => readFileSync(join(state, STAND_IN_CERTIFICATE, file), 'utf8');
  const pems = { 'a certificate': pem('tls.crt'), 'its key': pem('tls.key'), authorities: pem('ca.crt') };
  const own = bundle.filter(
    (one) =>
      (GROUPS.includes(groupOf(one)) || (groupOf(one) === '' && NAMED.includes(one.kind))) &&
      (one.metadata?.namespace === undefined || NAMESPACES.includes(one.metadata.namespace)),
  );
  const key = hostsOf(own.find((one) => objectId(one) === 'backend/ai/chat'))[0]?.key ?? '';
  const objects = own.map((object) => located(object, { ...pems, 'the key of the gateway': key }));
  const authority = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'ai', name: 'stand-ins' },
    data: { 'ca.crt': pems.authorities },
  };
  const hasClass = objects.some(({ kind }) => kind === 'GatewayClass');
  const all = [...(hasClass ? [] : [CLASS]), authority, ...objects, ...objects.flatMap(slicesOf)];
  return {
    objects: new Map(all.map((one) => [objectId(one), one])),
    config: config?.data?.['envoy-gateway.yaml'] ?? '',
    key,
  };
}

function hostsOf(backend: Json): Place[] {
  return (backend?.spec?.endpoints ?? []).flatMap(({ fqdn }: Json) => PLACES[fqdn?.hostname] ?? []);
}

function located(object: Json, texts: Readonly<Record<string, string>>): Manifest {
  const { kind, spec } = object;
  if (kind === 'Secret') return secret(object, texts);
  if (kind === 'ConfigMap') return { ...object, data: replaced(object.data, texts) };
  if (kind === 'Service') return { ...object, spec: { ports: spec.ports } };
  if (kind === 'Backend') return backend(object);
  if (kind === 'EnvoyProxy') {
    const { envoyDeployment } = spec.provider?.kubernetes ?? {};
    const kubernetes = { ...spec.provider?.kubernetes, envoyDeployment: { ...envoyDeployment, replicas: 1 } };
    return { ...object, spec: { ...spec, provider: { ...spec.provider, kubernetes } } };
  }
  if (kind !== 'AIGatewayRoute') return object;
  // The stand-in of the model server serves one model under one name.
  return JSON.parse(
    JSON.stringify(object).replaceAll('"modelNameOverride":"oss"', '"modelNameOverride":"gpt-oss-120b"'),
  );
}

const replaced = (data: Json, texts: Readonly<Record<string, string>>): Json =>
  Object.fromEntries(Object.entries<string>(data ?? {}).map(([name, text]) => [name, texts[text] ?? text]));

/** Values that the API server keeps as they are written, so that one that a sample has not got goes away. */
function secret({ stringData, data, ...rest }: Json, texts: Readonly<Record<string, string>>): Manifest {
  const encoded = Object.entries<string>(replaced(stringData, texts)).map(([name, text]) => [
    name,
    Buffer.from(text).toString('base64'),
  ]);
  return { ...rest, data: { ...data, ...Object.fromEntries(encoded) } };
}

function backend(object: Json): Manifest {
  const { endpoints = [], tls, ...rest } = object.spec;
  const [place] = hostsOf(object);
  if (place === undefined) return object;
  const moved = endpoints.map((one: Json) => {
    const to = PLACES[one.fqdn?.hostname];
    return to === undefined ? one : { ...one, fqdn: { hostname: to.hostname, port: to.port } };
  });
  if (!place.tls || tls === undefined) return { ...object, spec: { ...rest, endpoints: moved } };
  const { wellKnownCACertificates, ...settings } = tls;
  const trusted = wellKnownCACertificates
    ? { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'stand-ins' }] }
    : {};
  const named = { ...settings, ...trusted, ...(settings.sni && { sni: place.hostname }) };
  return { ...object, spec: { ...rest, endpoints: moved, tls: named } };
}

/** Where a Service of a sample is: it has no pods here. */
function slicesOf({ kind, metadata }: Manifest): Manifest[] {
  if (kind !== 'Service') return [];
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      namespace: metadata?.namespace ?? '',
      name: `${metadata?.name}-site`,
      labels: { 'kubernetes.io/service-name': metadata?.name ?? '' },
    },
    addressType: 'FQDN',
    endpoints: [{ addresses: [site.hostname], conditions: { ready: true } }],
    ports: [{ name: '', port: site.port, protocol: 'TCP' }],
  };
  return [slice];
}
