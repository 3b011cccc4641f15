/** Of Envoy Gateway's pods, as its chart makes them, whatever its release is called. */
export const ENVOY_GATEWAY_PODS = { 'control-plane': 'envoy-gateway' } as const;

/** Of the AI Gateway controller's pods, as its chart makes them. */
export const AI_GATEWAY_CONTROLLER_PODS = { 'app.kubernetes.io/name': 'ai-gateway-helm' } as const;

/** Of the rate-limit service's pods, as Envoy Gateway makes them. */
export const LIMITER_PODS = {
  'app.kubernetes.io/managed-by': 'envoy-gateway',
  'app.kubernetes.io/component': 'ratelimit',
} as const;
