import type { NamedManifest } from '../base/manifest';
import {
  AI_GATEWAY_CONTROLLER,
  AI_GATEWAY_SYSTEM,
  GATEWAY_SYSTEM,
  isEmbedded,
  type Platform,
  planControllers,
} from '../config';
import { generateKeyPair, type KeyPair } from '../config/key-pair';
import { sourceOf } from './chart-source';
import type { ChartObject, ChartRenderer, RenderedCharts } from './helm-chart';
import { annotated } from './manifests';

/** Where the AI Gateway controller's webhook listens when it is a process of this machine. */
const LOCAL_WEBHOOK = 'https://127.0.0.1:9443/mutate';

/**
 * The objects of Envoy Gateway's and the AI Gateway controller's official charts; none where the controllers are
 * somebody else's matter. Their CRDs have a layer of their own.
 */
export async function renderControllers(
  platform: Platform,
  renderer: ChartRenderer,
): Promise<RenderedCharts> {
  if (!platform.controllers.install) return {};
  const { gatewayChart, gatewayValues, aiGatewayChart, aiGatewayValues } = planControllers(platform);
  const local = isEmbedded(platform.cluster);
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
  const changed = (objects: readonly NamedManifest[]) =>
    objects.map((object) => withoutSettling(local ? onHost(object) : object));
  return {
    'envoy-gateway': changed(gateway).map((object) => ({ object })),
    'ai-gateway': changed(aiGateway).map((object) => withCertificate(object, pair)),
  };
}

/**
 * The webhook's certificate: the chart makes one for a year at every rendering, and with an expired one no
 * proxy starts any more. This one lasts; made with the Secret, it stays in the stack's state.
 */
function ownCertificate(): Promise<KeyPair> {
  const service = `${AI_GATEWAY_CONTROLLER}.${AI_GATEWAY_SYSTEM}`;
  return generateKeyPair([`${service}.svc`, `${service}.svc.cluster.local`, service]);
}

function withCertificate(object: NamedManifest, { certificate, key, authority }: KeyPair): ChartObject {
  if (object.kind !== 'Secret') return { object };
  const { data: _, ...rest } = object;
  const stringData = { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': authority };
  return { object: { ...rest, stringData }, options: { ignoreChanges: ['stringData', 'data'] } };
}

/** Services have nothing to settle once their Deployments are there; the provider would give each ten seconds. */
const withoutSettling = (object: NamedManifest) =>
  object.kind === 'Service' ? annotated(object, { 'pulumi.com/skipAwait': 'true' }) : object;

/**
 * In the embedded datacenter no Service leads to the controllers, and it may have made some of the objects
 * itself before the charts came.
 */
function onHost(object: NamedManifest): NamedManifest {
  const own = annotated(object, { 'pulumi.com/patchForce': 'true' });
  if (object.kind !== 'MutatingWebhookConfiguration') return own;
  const { webhooks } = object as NamedManifest & { readonly webhooks: readonly object[] };
  const [webhook] = webhooks;
  return { ...own, webhooks: [{ ...webhook, clientConfig: { url: LOCAL_WEBHOOK } }] } as NamedManifest;
}
