import { posix } from 'node:path';
import { Chart } from '@pulumi/kubernetes/helm/v4/chart';
import * as pulumi from '@pulumi/pulumi';
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
import { generateKeyPair } from '../config/key-pair';

/** A folder with the charts; `vcf-ai local env` sets it, and a cluster without a way to docker.io may. */
const CHARTS_VARIABLE = 'VCF_AI_CHARTS';

/** Where the AI Gateway controller's webhook listens when it is a process of this machine. */
const LOCAL_WEBHOOK = 'https://127.0.0.1:9443/mutate';

/**
 * Envoy Gateway and the AI Gateway controller by their official charts: one resource for each object, rendered
 * by the provider, without the helm command. Their CRDs have a layer of their own, and Helm's hooks do not run.
 *
 * @returns What the gateway must wait for; nothing where the controllers are somebody else's matter.
 */
export function installControllers(
  platform: Platform,
  options: pulumi.ComponentResourceOptions,
): pulumi.Resource[] {
  if (!platform.controllers.install) return [];
  const { gatewayChart, gatewayValues, aiGatewayChart, aiGatewayValues } = planControllers(platform);
  const local = isEmbedded(platform.cluster);
  const transforms = [...(local ? [onHost] : []), withoutSettling];
  const gateway = new Chart(
    'envoy-gateway',
    {
      ...sourceOf(gatewayChart, local),
      name: 'eg',
      namespace: GATEWAY_SYSTEM,
      values: gatewayValues,
      skipCrds: true,
    },
    { ...options, transforms },
  );
  const aiGateway = new Chart(
    'ai-gateway',
    {
      ...sourceOf(aiGatewayChart, local),
      name: 'aieg',
      namespace: AI_GATEWAY_SYSTEM,
      values: aiGatewayValues,
      skipCrds: true,
    },
    { ...options, transforms: [withOwnCertificate(), ...transforms] },
  );
  return [gateway, aiGateway];
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
  if (folder) return { chart: posix.join(folder, posix.basename(reference)) };
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
function withOwnCertificate(): pulumi.ResourceTransform {
  const service = `${AI_GATEWAY_CONTROLLER}.${AI_GATEWAY_SYSTEM}`;
  const pair = generateKeyPair([`${service}.svc`, `${service}.svc.cluster.local`, service]);
  return async ({ type, props, opts }) => {
    if (type !== 'kubernetes:core/v1:Secret') return undefined;
    const { certificate, key, authority } = await pair;
    const { data: _, ...rest } = props;
    const stringData = { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': authority };
    return {
      props: { ...rest, stringData: pulumi.secret(stringData) },
      opts: pulumi.mergeOptions(opts, { ignoreChanges: ['stringData', 'data'] }),
    };
  };
}

/** Services have nothing to settle once their Deployments are there; the provider would give each ten seconds. */
const withoutSettling: pulumi.ResourceTransform = ({ type, props, opts }) =>
  type === 'kubernetes:core/v1:Service'
    ? { props: annotated(props, { 'pulumi.com/skipAwait': 'true' }), opts }
    : undefined;

/**
 * In the embedded datacenter no Service leads to the controllers, and it may have made some of the objects
 * itself before the charts came.
 */
const onHost: pulumi.ResourceTransform = ({ type, props, opts }) => {
  const own = annotated(props, { 'pulumi.com/patchForce': 'true' });
  if (!type.endsWith(':MutatingWebhookConfiguration')) return { props: own, opts };
  const [webhook] = own.webhooks;
  return { props: { ...own, webhooks: [{ ...webhook, clientConfig: { url: LOCAL_WEBHOOK } }] }, opts };
};

// biome-ignore lint/suspicious/noExplicitAny: the shape of any Kubernetes object
function annotated(props: any, annotations: Readonly<Record<string, string>>): any {
  const { metadata } = props;
  return { ...props, metadata: { ...metadata, annotations: { ...metadata?.annotations, ...annotations } } };
}
