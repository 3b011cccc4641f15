import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent, type Dispatcher, request } from 'undici';

/** How a cluster is reached. */
export interface KubeAccess {
  /** A context of the kubeconfig at hand. */
  readonly context?: string;
  /** A kubeconfig as text; its own current context is meant. */
  readonly kubeconfig?: string;
}

const TIMEOUT_MS = 60_000;

type Headers = Readonly<Record<string, string>>;

/** The API server refused a call. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

/** What of an object says where it is. */
export interface Located {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

interface ServedKind {
  readonly kind: string;
  /** The plural, and of a subresource `<plural>/<name>`. */
  readonly name: string;
  readonly namespaced: boolean;
}

/** A JSON object of the API server. */
// biome-ignore lint/suspicious/noExplicitAny: the API server is the one that knows each kind's shape
export type Json = any;

/**
 * Calls of an API server as raw JSON. The client library knows how to log in, with tokens, certificates and commands;
 * its typed objects lose fields: of a CustomResourceDefinition every `x-kubernetes-` word in lists of schemas.
 */
export class ApiServer {
  private readonly config = new KubeConfig();
  private readonly kinds = new Map<string, readonly ServedKind[]>();
  private reached?: Promise<{ readonly headers: Headers; readonly dispatcher: Agent }>;

  /** @throws Error For a kubeconfig that has no such context, or no cluster. */
  constructor({ context, kubeconfig }: KubeAccess) {
    if (kubeconfig === undefined) this.config.loadFromDefault();
    else this.config.loadFromString(kubeconfig);
    if (context !== undefined) this.config.setCurrentContext(context);
    if (this.config.getCurrentCluster() === null) {
      throw new Error(`the kubeconfig has no cluster in context ${this.config.getCurrentContext()}`);
    }
  }

  /** @throws Refusal With the server's own words. */
  async call(
    method: Dispatcher.HttpMethod,
    path: string,
    body?: { readonly type: string; readonly object: object },
  ): Promise<Json> {
    this.reached ??= this.reach();
    const { headers, dispatcher } = await this.reached;
    const { server = '' } = this.config.getCurrentCluster() ?? {};
    const answer = await request(server.replace(/\/$/, '') + path, {
      method,
      dispatcher,
      headers: { ...headers, ...(body && { 'content-type': body.type }) },
      ...(body && { body: JSON.stringify(body.object) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode < 300) return JSON.parse(text);
    throw new Refusal(answer.statusCode, messageOf(text));
  }

  /**
   * The path of an object, by what the server says of its kinds.
   *
   * @throws Refusal 404 where the server has no such kind, or not yet.
   */
  async pathOf({ apiVersion, kind, metadata: { name, namespace } = {} }: Located): Promise<string> {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const kinds = this.kinds.get(root) ?? ((await this.call('GET', root)).resources as ServedKind[]);
    const found = kinds.find((one) => one.kind === kind && !one.name.includes('/'));
    if (found === undefined) throw new Refusal(404, `the API server has no resource ${apiVersion} ${kind}`);
    this.kinds.set(root, kinds);
    return `${root}/${found.namespaced ? `namespaces/${namespace}/` : ''}${found.name}/${name}`;
  }

  /** Who we are to the server, and connections to it that are kept. */
  private async reach(): Promise<{ readonly headers: Headers; readonly dispatcher: Agent }> {
    const options: RequestOptions = {};
    await this.config.applyToHTTPSOptions(options);
    const { headers, auth, agent: _, ...connect } = options;
    const basic = auth && { authorization: `Basic ${Buffer.from(auth).toString('base64')}` };
    return {
      headers: { ...(headers as Headers), ...basic },
      dispatcher: new Agent({
        connections: 8,
        connect: connect as NonNullable<Agent.Options['connect']>,
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
      }),
    };
  }
}

/** The message of a Status; whatever else stands between may answer in its own way. */
function messageOf(text: string): string {
  try {
    return JSON.parse(text).message ?? text;
  } catch (unreadable) {
    if (unreadable instanceof SyntaxError) return text;
    throw unreadable;
  }
}
