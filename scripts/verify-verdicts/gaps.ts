/** What the controllers say of recorded changes, or die of, and no rule sees yet, with what happens; a rule that does takes its line away. */
export const GAPS: Readonly<Record<string, string>> = {
  'envoypatchpolicy/ai-gateway/ai-gateway-capacity /spec/targetRef/name is of nobody':
    'Envoy Gateway does not judge a policy for a Gateway that is not there, and its status stays as it was',
  'securitypolicy/ai-gateway/ai-gateway /spec/jwt/providers/0/remoteJWKS/cacheDuration is no time':
    'the policy stays Accepted, and the listener has no HTTP connection manager any more, in which a patch looks for its place',
};
