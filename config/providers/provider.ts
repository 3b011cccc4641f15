import type { ProviderDocument } from '../document/provider-settings';
import type { Credentials, ProviderEndpoint } from './credentials';

/** Fields of the document that only some providers have. */
export type ProviderField = Exclude<keyof ProviderDocument, 'provider' | 'model'>;

/** A document of which nothing but the provider is certain: wrong fields are `undefined`. */
export type ProviderDraft = Partial<Omit<ProviderDocument, 'provider'>>;

/** One way to authenticate: the fields that it takes. Without any: what the gateway's pods have by themselves. */
export type Way = readonly ProviderField[];

/** What a kind of provider is, as far as the gateway must know. */
export interface Provider {
  /** What people call it. */
  readonly title: string;
  /** Fields that are always needed; the schema says so too. */
  readonly requires: readonly ProviderField[];
  /** The field that names the host; `baseUrl` takes its place. */
  readonly host?: ProviderField;
  /** Fields that may be there, besides `baseUrl` and `caCertificate`. */
  readonly allows?: readonly ProviderField[];
  /** How this cloud names its regions, and one of them. */
  readonly regions?: { readonly form: RegExp; readonly example: string };
  /** Exactly one of them is used. */
  readonly ways: readonly Way[];
  /**
   * Whether the path of `baseUrl` stands in front of every request's; otherwise the gateway writes the whole
   * path itself.
   */
  readonly prefixed: boolean;
  /** Its public address; `undefined` while a field that it depends on is not known. */
  baseUrl(document: ProviderDraft): string | undefined;
  schema(document: ProviderDocument, path: string): ProviderEndpoint['schema'];
  credentials(document: ProviderDocument): Credentials;
}

/** `https://<host>/<path>` once all that it is made of is known. */
export function url(host: string | undefined, path = ''): string | undefined {
  return host && `https://${host}${path}`;
}

/** The credentials of a provider that takes a key in one header. */
export function keyed(kind: 'apiKey' | 'azureApiKey' | 'anthropicApiKey') {
  return ({ apiKeySecret }: ProviderDocument): Credentials =>
    apiKeySecret === undefined ? { kind: 'none' } : { kind, secret: apiKeySecret };
}
