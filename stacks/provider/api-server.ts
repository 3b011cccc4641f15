import { Agent, type RequestOptions, request } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { KubeAccess } from '../diagnosis';

const TIMEOUT_MS = 60_000;

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

/** A JSON object of the API server. */
// biome-ignore lint/suspicious/noExplicitAny: the API server is the one that knows each kind's shape
export type Json = any;

/**
 * Calls of an API server as raw JSON. The client library knows how to log in, with tokens, certificates and commands;
 * its typed objects lose fields: of a CustomResourceDefinition every `x-kubernetes-` word in lists of schemas.
 */
export class ApiServer {
  private readonly config = new KubeConfig();
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 8 });

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
    method: string,
    path: string,
    body?: { readonly type: string; readonly object: object },
  ): Promise<Json> {
    const { server = '' } = this.config.getCurrentCluster() ?? {};
    const url = new URL(server.replace(/\/$/, '') + path);
    const options: RequestOptions = { method };
    await this.config.applyToHTTPSOptions(options);
    const { ca, cert, key, rejectUnauthorized, servername, auth } = options;
    // The library makes an agent, and so a connection, for every call.
    Object.assign(this.agent.options, { ca, cert, key, rejectUnauthorized, servername });
    const headers = { ...options.headers, ...(body && { 'content-type': body.type }) };
    return new Promise((resolve, reject) => {
      const sent = request(
        url,
        { method, headers, agent: this.agent, timeout: TIMEOUT_MS, ...(auth && { auth }) },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            const text = Buffer.concat(chunks).toString();
            const status = response.statusCode ?? 0;
            if (status < 300) resolve(JSON.parse(text));
            else reject(new Refusal(status, messageOf(text)));
          });
        },
      );
      sent.once('timeout', () =>
        sent.destroy(new Error(`${url.origin} does not answer for ${TIMEOUT_MS / 1000} s`)),
      );
      sent.once('error', reject);
      sent.end(body && JSON.stringify(body.object));
    });
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
