import { map, type Schema, wordOrChoice } from './keywords';

function claim(title: string, description: string): Schema {
  return {
    title,
    description,
    type: 'string',
    // Envoy's claimToHeaders takes a dot for a step into a nested claim.
    pattern: '^[A-Za-z0-9_:/-]+(\\.[A-Za-z0-9_:/-]+)*$',
    'x-allowed': 'the name of a claim, such as azp, or of a nested one, such as realm.tenant',
  };
}

const jwt = map({
  title: 'JSON Web Tokens',
  description:
    'A signed token in authorization; its claims become the identity headers. A token of another issuer, expired or wrongly signed is refused with 401, one for another audience with 403; one without expiry never expires.',
  required: ['issuer', 'audiences', 'jwksUri'],
  properties: {
    issuer: {
      title: 'Issuer',
      description: 'The claim iss of every token.',
      type: 'string',
      pattern: '^\\S+$',
      'x-allowed': 'the issuer of the tokens, such as https://idp.example.com/realms/ai',
      'x-why': 'without one Envoy takes tokens of every issuer that the key set knows',
    },
    audiences: {
      title: 'Audiences',
      description: 'Whom tokens are made for: one of these is in the claim aud.',
      type: 'array',
      minItems: 1,
      // JWTProvider.audiences in Envoy Gateway's API.
      maxItems: 8,
      uniqueItems: true,
      items: {
        title: 'Audience',
        description: 'One value of the claim aud.',
        type: 'string',
        pattern: '^\\S+$',
        'x-allowed': 'an audience without spaces, such as ai-gateway',
      },
      'x-allowed': 'a list of 1 to 8 different audiences',
      'x-why': 'without one Envoy takes tokens that were made for other services',
    },
    jwksUri: {
      title: 'Key set',
      description: 'URL of the JSON Web Key Set that the signatures are checked with.',
      type: 'string',
      'x-allowed': 'the URL of a JSON Web Key Set, such as https://idp.example.com/realms/ai/certs',
    },
    claims: map({
      title: 'Claims',
      description: 'Which claims say who calls.',
      default: {},
      properties: {
        workload: {
          ...claim(
            'Workload claim',
            'The claim that holds the workload. Default: azp, the client of the token.',
          ),
          default: 'azp',
        },
        tenant: claim('Tenant claim', 'The claim that holds the tenant. Default: none, no tenants.'),
      },
    }),
  },
});

const mtls = map({
  title: 'Client certificates',
  description:
    'A client certificate; a name in it becomes the identity header. Connections without one are refused. Needs listener.tls.',
  required: ['caCertificate'],
  properties: {
    caCertificate: {
      title: 'CA certificate',
      description: "PEM of the CAs that sign clients' certificates; not a secret.",
      type: 'string',
      pattern: '^\\s*-----BEGIN CERTIFICATE-----[\\s\\S]+-----END CERTIFICATE-----\\s*$',
      'x-allowed': 'one or more certificates as PEM, from -----BEGIN CERTIFICATE----- on',
      // A private key pasted into the wrong field would be repeated.
      'x-withhold': true,
    },
    name: {
      title: 'Name',
      description:
        'The subject alternative name that holds the workload: a DNS name, or a URI such as spiffe://example.com/batch. A certificate has one of the kind.',
      type: 'string',
      enum: ['dns', 'uri'],
      default: 'dns',
      'x-allowed': 'a kind of name',
    },
  },
});

const extAuth = map({
  title: 'External authorization',
  description:
    'An HTTP service that sees the credentials of every request, not its body, and answers 200 with the identity headers, or refuses. While it is away every request is answered with 503.',
  required: ['url'],
  properties: {
    url: {
      title: 'URL',
      description: 'URL of the service, called with the method of each request.',
      type: 'string',
      'x-allowed': 'an http or https URL, such as http://auth.security.svc.cluster.local:8080/check',
    },
  },
});

/** How it is written who says which workload a request belongs to. */
export const identity: Schema = wordOrChoice(['trustedHeader', 'none'], {
  title: 'Identity',
  description:
    'Who says which workload a request belongs to. trustedHeader: the client itself, in x-workload-app, which is only as good as the network in front of the gateway. none: nobody, the one workload is everybody. With apiKey, jwt, mtls or extAuth the gateway finds out and a client cannot forge it.',
  default: 'trustedHeader',
  'x-allowed': 'trustedHeader, none, or a map with apiKey, jwt, mtls or extAuth',
  properties: {
    apiKey: map({
      title: 'API keys',
      description:
        'A key in authorization (as Bearer) or x-api-key; every workload has one of its own (apiKeySecret). Takes no settings: {}.',
      properties: {},
    }),
    jwt,
    mtls,
    extAuth,
  },
});
