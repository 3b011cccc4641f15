/**
 * The header with the workload of a request.
 *
 * Routes match on it and limits count by it, so whoever sets it decides whose budget is used.
 */
export const WORKLOAD_HEADER = 'x-workload-app';

/** The header with the tenant of a request, if the identity distinguishes tenants. */
export const TENANT_HEADER = 'x-tenant';

/** Headers whose values are an identity: no external backend receives them. */
export const IDENTITY_HEADERS = [WORKLOAD_HEADER, TENANT_HEADER] as const;

/** The header that the gateway sets to the model that a request's body names. */
export const MODEL_HEADER = 'x-ai-eg-model';

/**
 * Headers that only the gateway may set. A client that sends one could choose its first route match, or make
 * the router look for a missing endpoint (500): Envoy drops them before any filter reads them.
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
