import { request } from 'node:http';
import { CLIENT_APIS, type ClientApi } from '../../config';
import { type Fingerprint, fingerprint, type RequestRecord } from '../../local/stand-ins/recorder';
import { LISTENER } from './chat';
import { bodyOf, type ProviderCase } from './provider-cases';

/** What a client presents in every place where some API takes a credential; none of it may reach a provider. */
const MALICIOUS = 'malicious-token';

const CLIENT_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'application/json',
  'x-tenant': 'acme',
  authorization: `Bearer ${MALICIOUS}`,
  'proxy-authorization': `Bearer ${MALICIOUS}`,
  'x-api-key': MALICIOUS,
  'api-key': MALICIOUS,
  'x-goog-api-key': MALICIOUS,
  'x-amz-security-token': MALICIOUS,
  'x-auth-token': MALICIOUS,
  cookie: `session=${MALICIOUS}`,
};

/** An answer as the client got it. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Server-sent events in it. */
  readonly events: number;
}

/** Sends one call with a credential of the client's in every place, the query included. */
export function call({
  model,
  api,
  stream = false,
  workload = 'clients',
}: {
  readonly model: string;
  readonly workload?: string;
  readonly api: ClientApi;
  readonly stream?: boolean;
}): Promise<Answer> {
  const body = JSON.stringify(bodyOf(api, model, stream));
  const url = `http://127.0.0.1:${LISTENER}${CLIENT_APIS[api]}?key=${MALICIOUS}`;
  return new Promise((resolve, reject) => {
    const headers = { ...CLIENT_HEADERS, 'x-workload-app': workload };
    const options = { method: 'POST', headers, agent: false, timeout: 30_000 };
    const req = request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          text,
          events: [...text.matchAll(/^data: /gm)].length,
        });
      });
      response.once('error', reject);
    });
    req.once('timeout', () => req.destroy(new Error('no answer in 30 s')));
    req.once('error', reject);
    req.end(body);
  });
}

/** Everything that a stand-in saw. */
export async function recordsOf(admin: string): Promise<readonly RequestRecord[]> {
  const { requests } = (await (await fetch(`${admin}/requests`)).json()) as { requests: RequestRecord[] };
  return requests.filter(({ path }) => path !== '/token');
}

/** Path and query as the provider saw them. */
export function targetOf({ path, query }: RequestRecord): string {
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    values.map((value) => `${name}=${String(value)}`),
  );
  return [path, pairs.join('&')].filter((part) => part !== '').join('?');
}

/** Headers that say who calls, or from where. */
const PRIVATE_HEADERS = ['x-workload-app', 'x-tenant', 'x-forwarded-for', 'x-envoy-external-address'];

const isFingerprint = (value: string | Fingerprint): value is Fingerprint => typeof value !== 'string';

/** What a provider saw and should not have, and the credential that it should have seen and did not. */
export function leaks({ headers, query }: RequestRecord, expected: ProviderCase['credential']): string[] {
  const values = Object.entries({ ...query, ...headers }).flatMap(([name, all]) =>
    all.map((value) => ({ name, value })),
  );
  const theirs = [MALICIOUS, `session=${MALICIOUS}`].map((text) => fingerprint(text).sha256);
  return [
    ...values
      .filter(({ value }) =>
        isFingerprint(value) ? theirs.includes(value.sha256) : value.includes(MALICIOUS),
      )
      .map(({ name }) => `${name} is the client's`),
    ...values
      .filter(({ name, value }) => isFingerprint(value) && name !== expected.header)
      .map(({ name }) => `${name} is a credential too many`),
    ...PRIVATE_HEADERS.filter((name) => name in headers).map((name) => `${name} says who calls`),
    ...missing(headers[expected.header] ?? [], expected),
  ];
}

function missing(
  given: readonly (string | Fingerprint)[],
  { header, scheme, key }: ProviderCase['credential'],
): string[] {
  const [only, ...more] = given;
  const right =
    only !== undefined &&
    isFingerprint(only) &&
    more.length === 0 &&
    only.scheme === scheme &&
    (key === undefined || only.sha256 === fingerprint(key).sha256);
  return right ? [] : [`${header} is not the provider's credential`];
}

/** The usage that an answer reports, whatever its API calls it; undefined for reranking, which reports none. */
export function usageIn(
  text: string,
  api: ClientApi,
): { readonly prompt: number; readonly answer: number } | undefined {
  if (api === 'rerank') return undefined;
  const number = (...names: readonly string[]) => {
    const found = [...text.matchAll(new RegExp(`"(?:${names.join('|')})":(\\d+)`, 'g'))];
    return Math.max(...found.map(([, value]) => Number(value)));
  };
  return {
    prompt: number('prompt_tokens', 'input_tokens'),
    answer: number('completion_tokens', 'output_tokens'),
  };
}
