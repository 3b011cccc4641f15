import { AI_GATEWAY_SYSTEM, GATEWAY_SYSTEM } from '../config/plan/controllers';
import { GPU_OPERATOR } from '../config/plan/gpu-operator';
import { FIELD_MANAGER, type Kube, type LiveObject, type ManagedFields } from './kube';

/** The AI Gateway controller looks for it under this very name, with exactly one webhook. */
export const WEBHOOK = `envoy-ai-gateway-gateway-pod-mutator.${AI_GATEWAY_SYSTEM}`;
const EXPORTER = { app: GPU_OPERATOR.exporter };

/** As the chart has them: it may take these objects over. */
const gatewayLabels = {
  'app.kubernetes.io/name': 'gateway-helm',
  'app.kubernetes.io/instance': 'eg',
  'control-plane': 'envoy-gateway',
};

/** Not the name that the chart gives its Deployment: from that the flags of the process are read. */
export const AI_GATEWAY_ON_HOST = 'ai-gateway-controller-on-host';

const aiGatewayLabels = {
  'app.kubernetes.io/name': 'ai-gateway-helm',
  'app.kubernetes.io/instance': 'aieg',
};

/** A pod that a monitor finds, for a process that runs on the host. */
const controller = (
  name: string,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  ports: readonly object[],
): LiveObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace, labels },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        // As the namespace asks of every pod.
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            ...{ name, image: `${name}.on.host`, ports },
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    },
  },
});

/** Where the host serves the metrics of a controller; undefined for any other pod. */
export function controllerAddress({ metadata: { namespace, labels } }: LiveObject): string | undefined {
  if (namespace === GATEWAY_SYSTEM && labels?.['control-plane'] === 'envoy-gateway') return '127.0.0.1:19001';
  const isAiGateway = labels?.['app.kubernetes.io/name'] === aiGatewayLabels['app.kubernetes.io/name'];
  return namespace === AI_GATEWAY_SYSTEM && isAiGateway ? '127.0.0.1:8080' : undefined;
}

/**
 * What the charts of the controllers bring, where they are not installed: the processes run on the host, and
 * look for these objects. Envoy Gateway wants a Deployment, a Service and a ServiceAccount to own the rate-limit
 * objects, and the AI Gateway controller a webhook configuration.
 */
const controllerServices: readonly LiveObject[] = [
  {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'envoy-gateway', namespace: GATEWAY_SYSTEM },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'envoy-gateway', namespace: GATEWAY_SYSTEM, labels: gatewayLabels },
    spec: { selector: gatewayLabels, ports: [{ name: 'grpc', port: 18000, targetPort: 18000 }] },
  },
  controller('envoy-gateway', GATEWAY_SYSTEM, gatewayLabels, [{ name: 'metrics', containerPort: 19001 }]),
  controller(AI_GATEWAY_ON_HOST, AI_GATEWAY_SYSTEM, aiGatewayLabels, [{ containerPort: 8080 }]),
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: WEBHOOK },
    webhooks: [
      {
        name: `ai-gateway-controller.${AI_GATEWAY_SYSTEM}.svc.cluster.local`,
        clientConfig: { url: 'https://127.0.0.1:9443/mutate' },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        objectSelector: { matchLabels: { 'app.kubernetes.io/managed-by': 'envoy-gateway' } },
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        timeoutSeconds: 10,
        failurePolicy: 'Fail',
      },
    ],
  },
];

/** What a VKS cluster with NVIDIA's GPU operator holds before the platform comes. */
const gpuOperator: readonly LiveObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: GPU_OPERATOR.namespace } },
  {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: EXPORTER.app, namespace: GPU_OPERATOR.namespace },
    spec: {
      selector: { matchLabels: EXPORTER },
      template: {
        metadata: { labels: EXPORTER },
        spec: {
          nodeSelector: { 'nvidia.com/gpu.deploy.dcgm-exporter': 'true' },
          tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists' }],
          containers: [
            {
              name: 'dcgm-exporter',
              image: 'dcgm-exporter.stand-in',
              ports: [{ name: 'metrics', containerPort: 9400 }],
            },
          ],
        },
      },
    },
  },
];

/** What is brought when the platform comes. @param installed Whether it has the controllers' charts. */
export const broughtFor = (installed: boolean): readonly LiveObject[] => [
  ...gpuOperator,
  ...(installed ? [] : controllerServices),
];

/**
 * Takes it away when the platform has gone: what is in a namespace went, or goes, with that. What somebody else has
 * applied since then is theirs: an update that brings the charts takes the webhook over.
 */
export async function withdraw(kube: Pick<Kube, 'get' | 'remove'>, installed: boolean): Promise<void> {
  for (const { apiVersion, kind, metadata } of broughtFor(installed)) {
    if (metadata.namespace !== undefined) continue;
    const found = await kube.get(apiVersion, kind, metadata.name);
    if (found === undefined || found.metadata.managedFields?.some(isTakenOver)) continue;
    await kube.remove(apiVersion, kind, metadata.name, undefined, found.metadata.resourceVersion);
  }
}

const isTakenOver = ({ manager, operation }: ManagedFields) =>
  operation === 'Apply' && manager !== FIELD_MANAGER;
