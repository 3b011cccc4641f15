/** Envoy Gateway's configuration, as its chart writes it, for samples. */
export function configMap(change: object): Record<string, object> {
  const config = {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'EnvoyGateway',
    extensionApis: { enableBackend: true },
    extensionManager: extension(),
    rateLimit: {
      backend: { type: 'Redis', redis: { url: 'redis.redis-system.svc:6379' } },
      timeout: '100ms',
      failClosed: false,
    },
    ...change,
  };
  return {
    'configmap/envoy-gateway-system/envoy-gateway-config': {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'envoy-gateway-system', name: 'envoy-gateway-config' },
      data: { 'envoy-gateway.yaml': JSON.stringify(config) },
    },
  };
}

/** How the configuration names the AI gateway, as its documentation does, for samples. */
export function extension(change: object = { maxMessageSize: '64Mi' }): object {
  const all = { includeAll: true };
  const translation = { listener: all, route: all, cluster: all, secret: all };
  return {
    hooks: { xdsTranslator: { translation, post: ['Translation', 'Cluster', 'Route'] } },
    service: { fqdn: { hostname: 'ai-gateway-controller.envoy-ai-gateway-system.svc', port: 1063 } },
    ...change,
  };
}

/** The AI Gateway's controller, as its chart writes it, for samples. */
export function controller(flags: Readonly<Record<string, string>>): Record<string, object> {
  const all = { extProcImage: 'docker.io/envoyproxy/ai-gateway-extproc:v1.0.0', ...flags };
  const labels = { app: 'ai-gateway-controller' };
  return {
    'deployment/envoy-ai-gateway-system/ai-gateway-controller': {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace: 'envoy-ai-gateway-system', name: 'ai-gateway-controller' },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: 'ai-gateway-controller',
                image: 'docker.io/envoyproxy/ai-gateway-controller:v1.0.0',
                args: Object.entries(all).map(([flag, value]) => `--${flag}=${value}`),
              },
            ],
          },
        },
      },
    },
  };
}

/** A Service whose pods are labelled with its name, for samples. */
export function service(namespace: string, name: string): Record<string, object> {
  return {
    [`service/${namespace}/${name}`]: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name },
      spec: { selector: { app: name }, ports: [{ port: 80 }] },
    },
  };
}

/** A route of the gateway that is not one for models, with one rule, for samples. */
export function plainRoute(
  name: string,
  path: object,
  backend: object,
  more: object = {},
): Record<string, object> {
  return {
    [`httproute/ai/${name}`]: {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { namespace: 'ai', name },
      spec: {
        parentRefs: [{ name: 'chat' }],
        rules: [{ matches: [{ path }], backendRefs: [backend] }],
        ...more,
      },
    },
  };
}

/** The backend of the sound bundle with another provider: its dialect, host and credentials, for samples. */
export function provider(schema: object, hostname: string, credentials: object): Record<string, object> {
  return {
    'aiservicebackend/ai/chat': { spec: { schema: { prefix: null, ...schema } } },
    'backend/ai/chat': { spec: { endpoints: [{ fqdn: { hostname, port: 443 } }] } },
    'backendsecuritypolicy/ai/chat': { spec: { apiKey: null, ...credentials } },
  };
}

/** A listener with the certificate of {@link CERTIFICATE}, for samples. */
export const HTTPS = {
  name: 'https',
  port: 443,
  protocol: 'HTTPS',
  tls: { certificateRefs: [{ name: 'certificate' }] },
};

/** The Secret of a certificate, for samples. */
export const certificate = (namespace: string, name: string): Record<string, object> => ({
  [`secret/${namespace}/${name}`]: {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { namespace, name },
    stringData: { 'tls.crt': 'a certificate', 'tls.key': 'its key' },
  },
});

/** That of {@link HTTPS}. */
export const CERTIFICATE = certificate('ai', 'certificate');

/** A route of tools to a Backend, for samples. */
export function mcpRoute(name: string, backend: string, spec: object = {}): Record<string, object> {
  return {
    [`mcproute/ai/${name}`]: {
      apiVersion: 'aigateway.envoyproxy.io/v1beta1',
      kind: 'MCPRoute',
      metadata: { namespace: 'ai', name },
      spec: {
        parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'chat' }],
        backendRefs: [{ group: 'gateway.envoyproxy.io', kind: 'Backend', name: backend }],
        ...spec,
      },
    },
  };
}

/** A login at an issuer, and the Secret with what the issuer knows the gateway by, for samples. */
export function login(
  oidc: object = {},
  secret: object = { stringData: { 'client-secret': 'a secret of the client' } },
): Record<string, object> {
  return {
    'securitypolicy/ai/chat': {
      spec: {
        oidc: {
          provider: { issuer: 'https://login.example.com' },
          clientID: 'chat',
          clientSecret: { name: 'login' },
          redirectURL: 'https://chat.example.com/oauth2/callback',
          ...oidc,
        },
      },
    },
    'secret/ai/login': {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'ai', name: 'login' },
      ...secret,
    },
  };
}

/** What an answer costs of a budget of tokens, for samples. */
export const TOKENS = {
  from: 'Metadata',
  metadata: { namespace: 'io.envoy.ai_gateway', key: 'llm_total_token' },
};

/** A budget of tokens on the route of the model server, for samples. */
export function tokenBudget(rule: object): Record<string, object> {
  return {
    'backendtrafficpolicy/ai/oss': {
      spec: {
        rateLimit: {
          global: {
            rules: [
              {
                limit: { requests: 1000000, unit: 'Hour' },
                cost: { request: { from: 'Number', number: 0 }, response: TOKENS },
                ...rule,
              },
            ],
          },
        },
      },
    },
  };
}
