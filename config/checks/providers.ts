import { X509Certificate } from 'node:crypto';
import { isPrivateHost } from '../../base/hosts';
import { listed, shown } from '../../base/text';
import type { PlatformDocument, Sound } from '../document';
import { parseBaseUrl, refuseBaseUrl } from '../endpoint';
import type { Path, UnplacedMistake } from '../mistakes';
import type { ProviderKind } from '../platform';
import {
  bedrockHost,
  PROVIDER_KINDS,
  PROVIDERS,
  type ProviderDraft,
  type ProviderField,
  takes,
  type Way,
} from '../providers';

/** A model at a provider, and where it is written. */
interface Subject {
  readonly at: Path;
  readonly kind: ProviderKind;
  readonly draft: ProviderDraft;
  /** Of Envoy AI Gateway; undefined when it was refused. */
  readonly version: string | undefined;
}

/** That every model at a provider says what its provider needs, nothing that it does not know, and is reached safely. */
export function checkProviders({ models = {}, controllers }: Sound<PlatformDocument>): UnplacedMistake[] {
  const version = controllers?.aiGatewayVersion;
  return Object.entries(models).flatMap(([name, model]) => {
    if (model === undefined || !('provider' in model) || model.provider === undefined) return [];
    const subject = { at: ['models', name], kind: model.provider, draft: model as ProviderDraft, version };
    return [
      ...refuseStrangers(subject),
      ...checkHost(subject),
      ...checkWays(subject),
      ...checkRegion(subject),
      ...checkModelName(subject),
      ...checkBaseUrl(subject),
      ...checkCertificate(subject),
    ];
  });
}

/** Fields of other providers. */
function refuseStrangers({ at, kind, draft }: Subject): UnplacedMistake[] {
  return (Object.keys(draft) as ProviderField[])
    .filter((field) => !takes(kind, field) && PROVIDER_KINDS.some((other) => takes(other, field)))
    .map((field) => ({
      at: [...at, field],
      problem: `is used with ${listed(
        PROVIDER_KINDS.filter((other) => takes(other, field)),
        'and',
      )} only, and this provider is ${kind}`,
      fix: 'remove it',
    }));
}

/** Without a host and a base URL there is no address, with both there could be two. */
function checkHost({ at, kind, draft }: Subject): UnplacedMistake[] {
  const { host } = PROVIDERS[kind];
  if (host === undefined) return [];
  const here = [...at, host];
  if (!(host in draft) && !('baseUrl' in draft)) {
    return [
      {
        at: here,
        problem: `is required: the address of ${kind} contains it`,
        fix: `add ${host}, or baseUrl for a private endpoint`,
      },
    ];
  }
  const address = PROVIDERS[kind].baseUrl(draft);
  return draft.baseUrl !== undefined && address !== undefined && draft.baseUrl !== address
    ? [
        {
          at: here,
          value: draft[host],
          problem: 'has no effect with baseUrl, which already contains the host',
          fix: `remove ${host} or baseUrl`,
        },
      ]
    : [];
}

const written = (way: Way) => (way.length === 0 ? 'nothing' : way.join(' + '));

/** That there is exactly one way to authenticate, with all of its fields. */
function checkWays({ at, kind, draft }: Subject): UnplacedMistake[] {
  const { ways, requires } = PROVIDERS[kind];
  const known = [...new Set(ways.flat())];
  const given = known.filter((field) => field in draft);
  const isWay = (way: Way) => way.length === given.length && way.every((field) => given.includes(field));
  // A required field that is missing was said by the schema.
  if (ways.some(isWay) || known.every((field) => requires.includes(field))) return [];
  const [only, ...others] = ways.filter(
    (way) => given.length > 0 && given.every((field) => way.includes(field)),
  );
  if (only !== undefined && others.length === 0) {
    const missing = only.filter((field) => !given.includes(field));
    return missing.map((field) => ({
      at: [...at, field],
      problem: `is required with ${listed(given, 'and')}`,
    }));
  }
  return [
    {
      at,
      problem: `${kind} authenticates with ${listed(ways.map(written), 'or')}, and ${written(given)} is given`,
      fix: 'set all fields of exactly one of these',
    },
  ];
}

/** A region is a part of the host name: one of another cloud is found out by no API server, only by DNS. */
function checkRegion({ at, kind, draft: { region } }: Subject): UnplacedMistake[] {
  const { title, regions } = PROVIDERS[kind];
  if (region === undefined || regions === undefined || regions.form.test(region)) return [];
  return [
    {
      at: [...at, 'region'],
      value: region,
      problem: `${shown(region)} is not a region name of ${title}`,
      fix: `use a name such as ${regions.example}`,
    },
  ];
}

/** Characters that stay what they are in a path; Bedrock's names are escaped by the gateway, the others are not. */
const IN_PATH = /^[A-Za-z0-9._@-]+$/;

function checkModelName({ at, kind, draft: { model } }: Subject): UnplacedMistake[] {
  const inPath = ['azure-openai', 'vertex-claude', 'vertex-gemini'].includes(kind);
  if (!inPath || model === undefined || IN_PATH.test(model)) return [];
  return [
    {
      at: [...at, 'model'],
      value: model,
      problem: `${shown(model)} becomes a part of the path of every request, which allows letters, digits, ., _, - and @`,
    },
  ];
}

function checkBaseUrl(subject: Subject): UnplacedMistake[] {
  const { at, kind, draft } = subject;
  const { baseUrl } = draft;
  if (baseUrl === undefined) return [];
  const here = [...at, 'baseUrl'];
  const refusal = refuseBaseUrl(baseUrl);
  if (refusal !== undefined) {
    const { withhold, ...said } = refusal;
    return [{ at: here, ...(withhold ? {} : { value: baseUrl }), ...said }];
  }
  const { prefix, hostname } = parseBaseUrl(baseUrl);
  if (!PROVIDERS[kind].prefixed && prefix !== '/') {
    return [
      {
        at: here,
        value: baseUrl,
        problem: `the path ${prefix} would be lost: for ${kind} the gateway replaces the whole path of a request`,
        fix: `remove the path: ${new URL(baseUrl).origin}`,
      },
    ];
  }
  return [...checkSignature(subject, here, baseUrl, hostname), ...checkKey(subject, hostname)];
}

/** AWS takes the signature for the host that it was asked by; version 1.0 of the gateway signs for one host only. */
function checkSignature(
  { draft: { region }, version }: Subject,
  at: Path,
  value: string,
  hostname: string,
): UnplacedMistake[] {
  if (version !== '1.0.0') return [];
  if (region === undefined || !hostname.endsWith('.amazonaws.com') || hostname === bedrockHost(region))
    return [];
  return [
    {
      at,
      value,
      problem: `AWS would reject every request: Envoy AI Gateway 1.0 signs requests for ${bedrockHost(region)}, whatever host it sends them to`,
      fix: `remove baseUrl, because a VPC endpoint with private DNS resolves ${bedrockHost(region)}, or use controllers.aiGatewayVersion 1.1.0`,
    },
  ];
}

/** Only a private network may be asked without a key. */
function checkKey({ at, kind, draft }: Subject, hostname: string): UnplacedMistake[] {
  if (kind !== 'openai-compatible' || 'apiKeySecret' in draft || isPrivateHost(hostname)) return [];
  return [
    {
      at: [...at, 'apiKeySecret'],
      problem: `is required: ${hostname} is not a host of a private network and needs credentials`,
      fix: 'add the name of the Pulumi secret that contains the key',
    },
  ];
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function checkCertificate({ at, draft: { caCertificate, baseUrl } }: Subject): UnplacedMistake[] {
  if (caCertificate === undefined) return [];
  const here = [...at, 'caCertificate'];
  if (baseUrl?.startsWith('http:')) {
    return [{ at: here, problem: 'has no effect: the base URL uses http', fix: 'use https, or remove it' }];
  }
  const certificates = caCertificate.match(CERTIFICATE) ?? [];
  const whole = caCertificate.replace(CERTIFICATE, '').trim() === '';
  if (certificates.length > 0 && whole && certificates.every(isCertificate)) return [];
  return [
    {
      at: here,
      problem: 'does not contain certificates in PEM format',
      fix: 'paste the file that begins with -----BEGIN CERTIFICATE-----, without a private key',
    },
  ];
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch (error) {
    // OpenSSL's parser names what it stumbled over in a code; any other error is ours.
    if (String(Reflect.get(Object(error), 'code')).startsWith('ERR_OSSL')) return false;
    throw error;
  }
}
