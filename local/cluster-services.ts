import type { Manifest } from './kube';

/** Where Envoy Gateway runs and creates its proxies; its default, and the AI Gateway controller's. */
export const GATEWAY_SYSTEM = 'envoy-gateway-system';
export const AI_GATEWAY_SYSTEM = 'envoy-ai-gateway-system';
export const GPU_OPERATOR = 'gpu-operator';

const namespace = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

const gatewayLabels = { 'app.kubernetes.io/name': 'gateway-helm', 'control-plane': 'envoy-gateway' };

/**
 * What a VKS cluster with the Envoy Gateway and AI Gateway charts and the GPU operator holds before the
 * platform comes. Their processes run on the host; the objects are here because the controllers look for
 * them: Envoy Gateway wants a Deployment, a Service and a ServiceAccount to own the rate-limit objects, and the AI Gateway
 * controller a webhook configuration of this very name with exactly one webhook.
 */
export const clusterServices: readonly Manifest[] = [
  namespace(GATEWAY_SYSTEM),
  namespace(AI_GATEWAY_SYSTEM),
  namespace(GPU_OPERATOR),
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
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'envoy-gateway', namespace: GATEWAY_SYSTEM, labels: gatewayLabels },
    spec: {
      replicas: 1,
      selector: { matchLabels: gatewayLabels },
      template: {
        metadata: { labels: gatewayLabels },
        spec: { containers: [{ name: 'envoy-gateway', image: 'envoy-gateway.on.host' }] },
      },
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: `envoy-ai-gateway-gateway-pod-mutator.${AI_GATEWAY_SYSTEM}` },
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
  {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'dcgm-exporter', namespace: GPU_OPERATOR },
    spec: {
      selector: { matchLabels: { 'app.kubernetes.io/name': 'dcgm-exporter' } },
      template: {
        metadata: { labels: { 'app.kubernetes.io/name': 'dcgm-exporter' } },
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
