import versions from '../versions.json';
import { isVks, vksWithDefaults } from './defaults-vks';
import type { ModelDocument, PlatformDocument, Sound } from './document';
import { LAYER_NAMES } from './layers';
import { teiWithDefaults, vllmWithDefaults } from './models/defaults';
import { PROVIDERS, type ProviderDraft } from './providers';

type Draft = Sound<PlatformDocument>;

/**
 * Envoy itself listens 10000 above a port below 1024, to need no privilege. In a cluster a Service hides
 * that; on a host nothing does.
 */
const PORT = { local: { plain: 10080, tls: 10443 }, existing: { plain: 80, tls: 443 } };

/** In a cluster a second Envoy carries the traffic while the first is replaced; a laptop need not run two. */
const REPLICAS = { local: 1, existing: 2 };

/** `<major>.<minor>` of the embedded datacenter's API server, which our objects are tried on. */
export const EMBEDDED_KUBERNETES = versions.tools.kubernetes.replace(/\.[0-9]+$/, '');

/**
 * The assumed version of an existing cluster if the document does not set it: not the newest that VKS ships (3.7
 * has 1.33 to 1.36), so that no object holds what the cluster would drop.
 */
export const ASSUMED_KUBERNETES = '1.34';

/** The embedded datacenter brings its controllers along; their charts' objects take time and change nothing. */
const INSTALL = { local: false, existing: true };

/** What a cluster most often has; the embedded datacenter has no Grafana, and more objects are a slower update. */
const DASHBOARDS = { local: 'none', existing: 'grafana' } as const;

/**
 * Fills the defaults that depend on another field; the schema holds all others.
 *
 * A field that was refused is there with the value `undefined` and stays so: no default replaces a mistake.
 */
export function withDefaults(document: Draft): Draft {
  const { cluster, models, gateway, controllers, policies, observability } = document;
  const kind = cluster && ('local' in cluster ? 'local' : 'existing');
  return {
    ...document,
    cluster: cluster && clusterWithDefaults(cluster),
    protect: 'protect' in document ? document.protect : isVks(cluster),
    layers: 'layers' in document ? document.layers : defaultLayers(cluster),
    policies: policies && {
      ...policies,
      parameters: policies.parameters && {
        development: cluster !== undefined && 'local' in cluster,
        ...policies.parameters,
      },
    },
    controllers: controllers && {
      ...(kind && { install: INSTALL[kind], replicas: REPLICAS[kind] }),
      ...controllers,
    },
    observability: observability && {
      ...(kind && { dashboards: DASHBOARDS[kind] }),
      ...observability,
    },
    models:
      models &&
      Object.fromEntries(
        Object.entries(models).map(([name, model]) => [
          name,
          model && modelWithDefaults(name, model, gateway?.requestTimeout),
        ]),
      ),
    gateway: gateway && {
      ...(kind && { replicas: REPLICAS[kind] }),
      ...gateway,
      listener: gateway.listener && {
        ...(kind && { port: PORT[kind]['tls' in gateway.listener ? 'tls' : 'plain'] }),
        ...gateway.listener,
      },
      retry: gateway.retry && { perTryTimeout: gateway.requestTimeout, ...gateway.retry },
    },
  };
}

function clusterWithDefaults(cluster: NonNullable<Draft['cluster']>): Draft['cluster'] {
  if (isVks(cluster)) return { vks: cluster.vks && vksWithDefaults(cluster.vks) };
  if (!('existing' in cluster)) return cluster;
  return { existing: cluster.existing && { kubernetesVersion: ASSUMED_KUBERNETES, ...cluster.existing } };
}

/** Whatever can be made; a cluster that is there already is no layer. */
function defaultLayers(cluster: Draft['cluster']): Draft['layers'] {
  return LAYER_NAMES.filter((layer) => layer !== 'cluster' || isVks(cluster));
}

function modelWithDefaults(
  name: string,
  model: Sound<ModelDocument>,
  requestTimeout: string | undefined,
): Sound<ModelDocument> {
  if ('vllm' in model) {
    return { ...model, vllm: model.vllm && vllmWithDefaults(name, model.vllm, requestTimeout) };
  }
  if ('tei' in model) return { ...model, tei: model.tei && teiWithDefaults(name, model.tei) };
  if (!('provider' in model) || model.provider === undefined) return model;
  const baseUrl = PROVIDERS[model.provider].baseUrl(model as ProviderDraft);
  return baseUrl === undefined ? model : { baseUrl, ...model };
}
