import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { namedBy } from '../../links';
import { defineRule, type Violation } from '../../rule';
import { addresses } from './backend-tls';
import { provider } from './samples';
import { textsOf } from './secret-texts';

const schema = (change: object) => ({ 'aiservicebackend/ai/chat': { spec: { schema: change } } });

export const schemaSettings = defineRule({
  id: 'R18',
  title: 'a schema has only the settings that apply to it',
  effect: 'ineffective',
  why:
    'The version of AzureOpenAI is the api-version of every URL, and without it Azure answers 404. Settings ' +
    'that do not apply to a schema are ignored silently: prefix applies to OpenAI and Anthropic only, and ' +
    'version of OpenAI, formerly the prefix, has no effect.',
  source:
    'envoyproxy/ai-gateway v1.0.0, internal/endpointspec/endpointspec.go and api/v1beta1/shared_types.go',
  fix: 'set version for AzureOpenAI, and prefix for OpenAI and Anthropic only',
  area: 'gateway',
  scope: 'object',
  kinds: ['AIServiceBackend'],
  fields: ['aiservicebackend/ai/oss /spec'],
  good: [
    { shows: 'Gemini, which speaks OpenAI under a prefix', change: schema({ prefix: '/v1beta/openai' }) },
  ],
  bad: [
    {
      shows: 'the prefix of old tutorials',
      change: schema({ prefix: null, version: 'v1beta/openai' }),
      finds: ['aiservicebackend/ai/chat /spec/schema/version'],
    },
    {
      shows: 'Azure without a version',
      change: {
        ...schema({ name: 'AzureOpenAI', prefix: null }),
        'backendsecuritypolicy/ai/chat': {
          spec: { type: 'AzureAPIKey', apiKey: null, azureAPIKey: { secretRef: { name: 'chat' } } },
        },
      },
      finds: ['aiservicebackend/ai/chat /spec/schema/version'],
    },
    {
      shows: 'a prefix that Cohere does not have',
      change: schema({ name: 'Cohere', prefix: '/compatibility/v1', version: 'v2' }),
      finds: ['aiservicebackend/ai/chat /spec/schema/prefix'],
    },
  ],
  checks: [
    {
      expression: "object.spec.schema.name != 'AzureOpenAI' || object.spec.schema.?version.orValue('') != ''",
      pointer: '/spec/schema/version',
      problem: 'AzureOpenAI needs a version, the api-version of the URL',
      fix: 'use a version of the API, such as 2024-10-21',
    },
    {
      expression: "object.spec.schema.name != 'OpenAI' || !object.spec.schema.?version.hasValue()",
      pointer: '/spec/schema/version',
      problem: 'the version of OpenAI is ignored',
      fix: 'use prefix',
    },
    {
      expression:
        "object.spec.schema.name in ['OpenAI', 'Anthropic'] || !object.spec.schema.?prefix.hasValue()",
      pointer: '/spec/schema/prefix',
      problem: { expression: "'the prefix of ' + object.spec.schema.name + ' is ignored'" },
      fix: 'remove it',
    },
  ],
});

/** What authenticates where: the path, the signature and the header are made for each other. */
const CREDENTIALS: Readonly<Record<string, readonly string[]>> = {
  OpenAI: ['APIKey', 'AzureAPIKey', 'AzureCredentials', 'AWSCredentials'],
  Cohere: ['APIKey'],
  Anthropic: ['AnthropicAPIKey', 'APIKey'],
  AzureOpenAI: ['AzureAPIKey', 'AzureCredentials', 'APIKey'],
  AWSBedrock: ['AWSCredentials', 'APIKey'],
  AWSAnthropic: ['AWSCredentials', 'APIKey'],
  GCPVertexAI: ['GCPCredentials'],
  GCPAnthropic: ['GCPCredentials'],
};

const bedrock = (hostname: string, region: string) =>
  provider({ name: 'AWSBedrock' }, hostname, { type: 'AWSCredentials', awsCredentials: { region } });

export const fittingCredentials = defineRule({
  id: 'G18',
  title: 'credentials belong to the provider that is called',
  effect: 'failing',
  why:
    'Project and region of GCPCredentials become the path of every call to Vertex AI, and AWSCredentials sign ' +
    'requests for bedrock-runtime.<region>.amazonaws.com whatever host is called: with another type of ' +
    'credentials, another region or a private endpoint, every request fails with 403 or 404. APIKey fills ' +
    'Authorization, AnthropicAPIKey x-api-key and AzureAPIKey api-key: a provider that reads another header ' +
    'answers 401.',
  source:
    'envoyproxy/ai-gateway v1.0.0, internal/backendauth (aws.go, gcp.go, api_key.go, anthropicapikey.go)',
  fix: 'use the type of credentials that matches the schema of the backend',
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendSecurityPolicy'],
  good: [
    {
      shows: 'a region and its host',
      change: bedrock('bedrock-runtime.us-east-1.amazonaws.com', 'us-east-1'),
    },
    {
      shows: 'the OpenAI dialect of Anthropic, which reads Authorization',
      change: provider({ name: 'OpenAI' }, 'api.anthropic.com', {
        type: 'APIKey',
        apiKey: { secretRef: { name: 'chat' } },
      }),
    },
    {
      shows: 'a token of Anthropic',
      change: {
        ...provider({ name: 'Anthropic' }, 'api.anthropic.com', {
          type: 'APIKey',
          apiKey: { secretRef: { name: 'chat' } },
        }),
        'secret/ai/chat': { stringData: { apiKey: 'sk-ant-oat01-token' } },
      },
    },
    {
      shows: 'a proxy that speaks for Anthropic',
      change: provider({ name: 'Anthropic' }, 'llm-proxy.example.com', {
        type: 'APIKey',
        apiKey: { secretRef: { name: 'chat' } },
      }),
    },
  ],
  bad: [
    {
      shows: 'the region of another host',
      change: bedrock('bedrock-runtime.us-east-1.amazonaws.com', 'eu-central-1'),
      finds: ['backendsecuritypolicy/ai/chat /spec/awsCredentials/region'],
    },
    {
      shows: 'a key of Anthropic in the header of others',
      change: provider({ name: 'Anthropic' }, 'api.anthropic.com', {
        type: 'APIKey',
        apiKey: { secretRef: { name: 'chat' } },
      }),
      finds: ['backendsecuritypolicy/ai/chat /spec/type'],
    },
    {
      shows: 'a key of Azure in the header of others',
      change: provider({ name: 'AzureOpenAI', version: '2024-10-21' }, 'ai.openai.azure.com', {
        type: 'APIKey',
        apiKey: { secretRef: { name: 'chat' } },
      }),
      finds: ['backendsecuritypolicy/ai/chat /spec/type'],
    },
    {
      shows: 'a key of OpenAI in the header of Azure',
      change: provider({ name: 'OpenAI' }, 'api.openai.com', {
        type: 'AzureAPIKey',
        azureAPIKey: { secretRef: { name: 'chat' } },
      }),
      finds: ['backendsecuritypolicy/ai/chat /spec/type'],
    },
    {
      shows: 'an API key for Vertex AI',
      change: schema({ name: 'GCPVertexAI', prefix: null }),
      finds: ['backendsecuritypolicy/ai/chat /spec/type'],
    },
  ],
  check(all, policy) {
    const { type, awsCredentials, gcpCredentials } = policy.spec ?? {};
    return namedBy(all, policy, 'AIServiceBackend').flatMap((service): Violation[] => {
      const dialect = service.spec?.schema.name ?? '';
      const fitting = CREDENTIALS[dialect];
      if (fitting !== undefined && !fitting.includes(`${type}`)) {
        const problem = `${service.metadata.name} has the schema ${dialect}, which does not support ${type}`;
        return [{ pointer: '/spec/type', value: type, problem, fix: `use ${fitting.join(' or ')}` }];
      }
      const hosts = namedBy(all, service, 'Backend').flatMap(addresses);
      return hosts.flatMap(({ host }) => {
        const elsewhere = keyElsewhere(all, policy, dialect, host);
        if (elsewhere.length > 0) return elsewhere;
        if (awsCredentials !== undefined) return signedFor(awsCredentials.region, host);
        return gcpCredentials === undefined ? [] : calledAt(gcpCredentials.region, host);
      });
    });
  },
});

/** Where hosts look for a key, and who puts it there; a proxy in front of a provider may look elsewhere. */
const KEY_HEADERS: readonly {
  readonly host: RegExp;
  readonly schema: string;
  readonly header: string;
  readonly type: 'AnthropicAPIKey' | 'AzureAPIKey' | 'APIKey';
}[] = [
  { host: /^api\.anthropic\.com$/, schema: 'Anthropic', header: 'x-api-key', type: 'AnthropicAPIKey' },
  {
    host: /\.(?:openai\.azure\.com|cognitiveservices\.azure\.com)$/,
    schema: 'AzureOpenAI',
    header: 'api-key',
    type: 'AzureAPIKey',
  },
  {
    host: /^api\.(?:openai\.com|mistral\.ai|deepseek\.com|groq\.com|x\.ai)$/,
    schema: 'OpenAI',
    header: 'Authorization',
    type: 'APIKey',
  },
];

/** The block of each type of key, and the header that it fills (AI Gateway, internal/backendauth). */
const KEYS: Readonly<Record<string, { readonly block: string; readonly header: string }>> = {
  APIKey: { block: 'apiKey', header: 'Authorization' },
  AnthropicAPIKey: { block: 'anthropicAPIKey', header: 'x-api-key' },
  AzureAPIKey: { block: 'azureAPIKey', header: 'api-key' },
};

function keyElsewhere(
  all: Bundle,
  policy: RuleKinds['BackendSecurityPolicy'],
  dialect: string,
  host: string,
): Violation[] {
  const type = `${policy.spec?.type}`;
  const wanted = KEY_HEADERS.find((one) => one.schema === dialect && one.host.test(host));
  const own = KEYS[type];
  if (wanted === undefined || own === undefined || wanted.type === type) return [];
  if (type === 'APIKey' && isBearerToken(all, policy)) return [];
  const block: unknown = Reflect.get(Object(policy.spec), own.block);
  return [
    {
      pointer: '/spec/type',
      value: type,
      problem: `${host} reads keys in ${wanted.header}, and ${type} puts this one into ${own.header}: every request is answered with 401`,
      fix: `use ${wanted.type}`,
      patch: [
        { op: 'replace', path: '/spec/type', value: wanted.type },
        { op: 'remove', path: `/spec/${own.block}` },
        { op: 'add', path: `/spec/${KEYS[wanted.type]?.block}`, value: block },
      ],
    },
  ];
}

/** What these providers do read in Authorization: an OAuth token of Anthropic, and a token of Entra ID. */
function isBearerToken(all: Bundle, policy: RuleKinds['BackendSecurityPolicy']): boolean {
  return namedBy(all, policy, 'Secret').some((secret) =>
    /^\s*(?:sk-ant-oat|eyJ)/.test(textsOf(secret).apiKey ?? ''),
  );
}

/** A host that is not Amazon's may look at signatures as it likes. */
function signedFor(region: string, host: string) {
  const signed = `bedrock-runtime.${region}.amazonaws.com`;
  if (host === signed || !/[.]amazonaws[.]com([.]cn)?$/.test(host)) return [];
  const problem = `requests are signed for ${signed} but sent to ${host}`;
  return [{ pointer: '/spec/awsCredentials/region', value: region, problem, fix: `use the host ${signed}` }];
}

/** Vertex AI has a host for each region, and one for the region `global`. */
function calledAt(region: string, host: string) {
  const suffix = 'aiplatform.googleapis.com';
  const wanted = region === 'global' ? suffix : `${region}-${suffix}`;
  if (!host.endsWith(suffix) || host === wanted) return [];
  const problem = `requests name models of ${region} but are sent to ${host}`;
  return [{ pointer: '/spec/gcpCredentials/region', value: region, problem, fix: `use the host ${wanted}` }];
}
