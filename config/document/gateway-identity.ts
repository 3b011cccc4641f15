import type { Static } from '@sinclair/typebox';
import { list, map, optional, text, url, wordOrChoice, words } from './keywords';
import type { Schema } from './schema';

function claim<const O extends Schema>(title: string, description: string, options?: O) {
  return text({
    title,
    description,
    // Envoy's claimToHeaders takes a dot for a step into a nested claim.
    pattern: '^[A-Za-z0-9_:/-]+(\\.[A-Za-z0-9_:/-]+)*$',
    'x-allowed': 'the name of a claim, such as azp, or of a nested one, such as realm.tenant',
    ...(options as O),
  });
}

const jwt = map(
  {
    title: 'JSON Web Tokens',
    description:
      'A signed token in authorization; its claims become the identity headers. A token of another issuer, expired or wrongly signed is refused with 401, one for another audience with 403; one without expiry never expires.',
  },
  {
    issuer: text({
      title: 'Issuer',
      description: 'The claim iss of every token.',
      pattern: '^\\S+$',
      'x-allowed': 'the issuer of the tokens, such as https://idp.example.com/realms/ai',
      'x-why': 'without one Envoy takes tokens of every issuer that the key set knows',
    }),
    audiences: list(
      text({
        title: 'Audience',
        description: 'One value of the claim aud.',
        pattern: '^\\S+$',
        'x-allowed': 'an audience without spaces, such as ai-gateway',
      }),
      {
        title: 'Audiences',
        description: 'Audiences of the tokens: the claim aud must contain one of them.',
        minItems: 1,
        // JWTProvider.audiences in Envoy Gateway's API.
        maxItems: 8,
        'x-allowed': 'a list of 1 to 8 different audiences',
        'x-why': 'without one Envoy takes tokens that were made for other services',
      },
    ),
    jwksUri: text({
      title: 'Key set',
      description: 'URL of the JSON Web Key Set that the signatures are checked with.',
      'x-allowed': 'the URL of a JSON Web Key Set, such as https://idp.example.com/realms/ai/certs',
    }),
    claims: map(
      {
        title: 'Claims',
        description: 'Claims that identify the caller.',
        default: {},
      },
      {
        workload: claim(
          'Workload claim',
          'The claim that holds the workload. Default: azp, the client of the token.',
          { default: 'azp' },
        ),
        tenant: optional(
          claim('Tenant claim', 'The claim that holds the tenant. Default: none, no tenants.'),
        ),
      },
    ),
  },
);

const mtls = map(
  {
    title: 'Client certificates',
    description:
      'A client certificate; a name in it becomes the identity header. Connections without one are refused. Needs listener.tls.',
  },
  {
    caCertificate: text({
      title: 'CA certificate',
      description: "PEM of the CAs that sign clients' certificates; not a secret.",
      pattern: '^\\s*-----BEGIN CERTIFICATE-----[\\s\\S]+-----END CERTIFICATE-----\\s*$',
      'x-allowed': 'one or more certificates as PEM, from -----BEGIN CERTIFICATE----- on',
      // A private key pasted into the wrong field would be repeated.
      'x-withhold': true,
    }),
    name: words(['dns', 'uri'], {
      title: 'Name',
      description:
        'The subject alternative name that holds the workload: a DNS name, or a URI such as spiffe://example.com/batch. A certificate has one of the kind.',
      default: 'dns',
      'x-allowed': 'a kind of name',
    }),
  },
);

const extAuth = map(
  {
    title: 'External authorization',
    description:
      'An HTTP service that sees the credentials of every request, not its body, and answers 200 with the identity headers, or refuses. While it is away every request is answered with 503.',
  },
  {
    url: url({
      title: 'URL',
      description: 'URL of the service, called with the method of each request.',
      'x-allowed': 'an http or https URL, such as http://auth.security.svc.cluster.local:8080/check',
    }),
  },
);

/** How it is written who says which workload a request belongs to. */
export const identity = wordOrChoice(
  ['trustedHeader', 'none'],
  {
    title: 'Identity',
    description:
      'How a request is assigned to a workload. trustedHeader: by the header x-workload-app of the client, which is safe only if the network in front of the gateway controls that header. none: all requests belong to the only workload. apiKey, jwt, mtls and extAuth: the gateway authenticates the client, which cannot forge its identity.',
    default: 'trustedHeader',
    'x-allowed': 'trustedHeader, none, or a map with apiKey, jwt, mtls or extAuth',
  },
  {
    apiKey: map(
      {
        title: 'API keys',
        description:
          'A key in authorization (as Bearer) or x-api-key; every workload has one of its own (apiKeySecret). Takes no settings: {}.',
      },
      {},
    ),
    jwt,
    mtls,
    extAuth,
  },
);

export type IdentityDocument = Static<typeof identity>;

export type JwtDocument = Static<typeof jwt>;
