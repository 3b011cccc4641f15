import { basename, resolve } from 'node:path';
import type * as pulumi from '@pulumi/pulumi';
import {
  AI_GATEWAY_CONTROLLER,
  AI_GATEWAY_SYSTEM,
  type ChartSource,
  GATEWAY_SYSTEM,
  isEmbedded,
  type Platform,
  PlatformError,
  planControllers,
} from '../config';
import { generateKeyPair, type KeyPair } from '../config/key-pair';
import { type ChartObject, ChartRenderer, HelmChart } from './helm-chart';
import type { PlainObject } from './manifests';

/** A folder with the charts; `vcf-ai local env` sets it, and a cluster without a way to docker.io may. */
const CHARTS_VARIABLE = 'VCF_AI_CHARTS';

/** Where the AI Gateway controller's webhook listens when it is a process of this machine. */
const LOCAL_WEBHOOK = 'https://127.0.0.1:9443/mutate';

/** The objects of a chart, by the name of the resource that they are below. */
export type RenderedCharts = Readonly<Record<string, readonly ChartObject[]>>;

/**
 * The objects of Envoy Gateway's and the AI Gateway controller's official charts; none where the controllers are
 * somebody else's matter. Their CRDs have a layer of their own.
 */
export async function renderControllers(platform: Platform): Promise<RenderedCharts> {
  if (!platform.controllers.install) return {};
  const { gatewayChart, gatewayValues, aiGatewayChart, aiGatewayValues } = planControllers(platform);
  const local = isEmbedded(platform.cluster);
  const renderer = new ChartRenderer('charts');
  const { kubernetesVersion } = platform.cluster;
  const [gateway, aiGateway, pair] = await Promise.all([
    renderer.render({
      ...sourceOf(gatewayChart, local),
      ...{ release: 'eg', namespace: GATEWAY_SYSTEM, values: gatewayValues },
      ...{ kubernetesVersion, definitions: false },
    }),
    renderer.render({
      ...sourceOf(aiGatewayChart, local),
      ...{ release: 'aieg', namespace: AI_GATEWAY_SYSTEM, values: aiGatewayValues },
      ...{ kubernetesVersion, definitions: false },
    }),
    ownCertificate(),
  ]);
  const changed = (objects: readonly PlainObject[]) =>
    objects.map((object) => withoutSettling(local ? onHost(object) : object));
  return {
    'envoy-gateway': changed(gateway).map((object) => ({ object })),
    'ai-gateway': changed(aiGateway).map((object) => withCertificate(object, pair)),
  };
}

/** @returns What the gateway must wait for. */
export function installControllers(
  rendered: RenderedCharts,
  options: pulumi.ComponentResourceOptions,
): pulumi.Resource[] {
  return Object.entries(rendered).map(([name, objects]) => new HelmChart(name, objects, options));
}

/**
 * Where the provider finds a chart.
 *
 * @throws PlatformError when it runs on the embedded datacenter and nothing says where its charts are: a
 *   published chart could be another one than the programs that run there.
 */
export function sourceOf(
  { reference, version }: ChartSource,
  local: boolean,
): { chart: string; version?: string } {
  const folder = process.env[CHARTS_VARIABLE];
  if (folder) return { chart: resolve(folder, basename(reference)) };
  if (!local) return { chart: reference, version };
  throw new PlatformError([
    {
      path: 'controllers.install',
      value: true,
      problem: `${CHARTS_VARIABLE} does not say where the charts are`,
      fix: 'eval "$(npx vcf-ai local env)"',
    },
  ]);
}

/**
 * The webhook's certificate: the chart makes one for a year at every rendering, and with an expired one no
 * proxy starts any more. This one lasts; made with the Secret, it stays in the stack's state.
 */
function ownCertificate(): Promise<KeyPair> {
  const service = `${AI_GATEWAY_CONTROLLER}.${AI_GATEWAY_SYSTEM}`;
  return generateKeyPair([`${service}.svc`, `${service}.svc.cluster.local`, service]);
}

function withCertificate(object: PlainObject, { certificate, key, authority }: KeyPair): ChartObject {
  if (object.kind !== 'Secret') return { object };
  const { data: _, ...rest } = object;
  const stringData = { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': authority };
  return { object: { ...rest, stringData }, options: { ignoreChanges: ['stringData', 'data'] } };
}

/** Services have nothing to settle once their Deployments are there; the provider would give each ten seconds. */
const withoutSettling = (object: PlainObject) =>
  object.kind === 'Service' ? annotated(object, { 'pulumi.com/skipAwait': 'true' }) : object;

/**
 * In the embedded datacenter no Service leads to the controllers, and it may have made some of the objects
 * itself before the charts came.
 */
function onHost(object: PlainObject): PlainObject {
  const own = annotated(object, { 'pulumi.com/patchForce': 'true' });
  if (object.kind !== 'MutatingWebhookConfiguration') return own;
  const { webhooks } = object as PlainObject & { readonly webhooks: readonly object[] };
  const [webhook] = webhooks;
  return { ...own, webhooks: [{ ...webhook, clientConfig: { url: LOCAL_WEBHOOK } }] } as PlainObject;
}

function annotated(object: PlainObject, annotations: Readonly<Record<string, string>>): PlainObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
}
