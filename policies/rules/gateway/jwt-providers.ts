import { defineRule } from '../../rule';

const AT = 'securitypolicy/ai/chat';

const provider = (name: string, host: string) => ({
  name,
  issuer: `https://${host}`,
  audiences: ['chat'],
  remoteJWKS: { uri: `https://${host}/keys` },
});

const providers = (...names: readonly string[]) => ({
  [AT]: {
    spec: {
      apiKeyAuth: null,
      jwt: { providers: names.map((name, index) => provider(name, `login-${index}.example.com`)) },
    },
  },
});

export const jwtProviders = defineRule({
  id: 'G49',
  title: 'each issuer of tokens has a name of its own',
  effect: 'refused',
  why:
    'Envoy Gateway refuses a SecurityPolicy in which two providers of JWTs have one name, and the routes of a refused ' +
    'policy answer 500.',
  source: 'envoyproxy/gateway v1.8.3, internal/gatewayapi/securitypolicy.go (validateJWTProvider)',
  fix: 'rename one of the providers',
  area: 'gateway',
  scope: 'object',
  kinds: ['SecurityPolicy'],
  good: [{ shows: 'two issuers', change: providers('staff', 'partners') }],
  bad: [
    {
      shows: 'two issuers of one name',
      change: providers('staff', 'staff'),
      finds: [`${AT} /spec/jwt/providers/0/name`, `${AT} /spec/jwt/providers/1/name`],
    },
  ],
  checks: [
    {
      each: ['spec.jwt.providers'],
      as: ['provider'],
      expression: 'object.spec.jwt.providers.filter(other, other.name == provider.name).size() == 1',
      pointer: '/spec/jwt/providers/*/name',
      problem: { expression: "'another provider has the name ' + provider.name" },
    },
  ],
});
