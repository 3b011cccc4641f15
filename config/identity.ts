/**
 * The header that says which workload a request belongs to.
 *
 * Routes match on it and limits count by it, so whatever sets it decides whose budget is spent.
 */
export const WORKLOAD_HEADER = 'x-workload-app';

/** The header that says which tenant a request belongs to, where the identity tells tenants apart. */
export const TENANT_HEADER = 'x-tenant';

/** Headers whose values are an identity: no backend of somebody else sees them. */
export const IDENTITY_HEADERS = [WORKLOAD_HEADER, TENANT_HEADER] as const;

/** The header that the gateway sets to the model that a request's body names. */
export const MODEL_HEADER = 'x-ai-eg-model';

/**
 * Headers that only the gateway may set. A client that sends one could choose its first route match, or make
 * the router look for an endpoint that is not there (500): Envoy drops them before anything reads them.
 */
export const RESERVED_HEADERS = [
  MODEL_HEADER,
  'x-ai-eg-original-path',
  'x-envoy-original-path',
  'x-gateway-destination-endpoint',
] as const;

/** Envoy AI Gateway keeps the names that begin so for itself, those of later versions too. */
export const RESERVED_HEADER_PREFIX = 'x-ai-eg-';

/**
 * Request headers that carry a client's credential in some API. Envoy AI Gateway injects the provider's key
 * and strips nothing, so every backend removes these, whichever header its own key travels in.
 */
export const CREDENTIAL_HEADERS = [
  'api-key',
  'authorization',
  'cookie',
  'ocp-apim-subscription-key',
  'proxy-authorization',
  'x-access-token',
  'x-amz-security-token',
  'x-api-key',
  'x-auth-token',
  'x-forwarded-access-token',
  'x-forwarded-client-cert',
  'x-goog-api-key',
] as const;
