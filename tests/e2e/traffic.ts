import { Agent, type OutgoingHttpHeaders } from 'node:http';
import { loadStack } from '../../cli/stack';
import { localTarget } from '../../cli/target';
import {
  CLIENT_APIS,
  type ClientApi,
  type Model,
  type Platform,
  sharedClientApis,
  type Workload,
} from '../../config';
import { type Answer, HttpClient } from '../../validation/client';
import { ROGUE_HEADERS, ROGUE_QUERY, tracesOf } from '../../validation/credentials';
import { Records, type Sighting } from '../../validation/records';
import type { Project } from './project';

/** A request to the gateway; what it says of itself is what a client would write. */
export interface Ask {
  readonly headers?: OutgoingHttpHeaders;
  /** Default: `/v1/chat/completions` with a body, or `/v1/embeddings` for `input`. */
  readonly path?: string;
  /** What the body names as `model`. Default: any. Null: no body, a GET. */
  readonly model?: string | null;
  /** Asks for an embedding of it instead of an answer. */
  readonly input?: string;
  readonly agent?: Agent;
}

/** An answer, and what the upstreams saw of its request, `upstream` being `<name> <address>`. */
export interface Exchange {
  readonly answer: Answer;
  readonly seen: readonly Sighting[];
}

/** One thing that a workload may ask for. */
export interface Call {
  readonly workload: Workload;
  readonly model: string;
  /** The first of chat, messages and embeddings that the model answers. */
  readonly api: ClientApi;
}

/** The name of the upstream in a sighting, without its address. */
export const nameOf = ({ upstream }: Sighting): string => upstream.split(' ')[0] ?? '';

/** Requests to a platform on the embedded datacenter, and what arrived behind the gateway. */
export class Traffic {
  private readonly client = new HttpClient(60_000);

  private constructor(
    readonly platform: Platform,
    private readonly gateway: string,
    private readonly records: Records,
  ) {}

  /** Begins with what the stand-ins see from now on. */
  static async open(project: Project): Promise<Traffic> {
    const { platform } = loadStack('local', project.folder);
    const target = localTarget(platform, await project.status());
    const upstreams = target.upstreams.map((upstream) => ({
      ...upstream,
      name: `${upstream.name} ${upstream.url}`,
    }));
    const records = await Records.open(new HttpClient(60_000), { ...target, upstreams });
    return new Traffic(platform, target.gateway, records);
  }

  /** What the upstreams saw since the last time. */
  seen(): Promise<readonly Sighting[]> {
    return this.records.next();
  }

  async ask(ask: Ask): Promise<Exchange> {
    const answer = await this.send(ask);
    return { answer, seen: await this.records.next() };
  }

  /** Sends `count` requests, `atOnce` at a time on kept connections. */
  async askTimes(
    count: number,
    ask: Ask | ((index: number) => Ask),
    atOnce = 32,
  ): Promise<{ answers: Answer[]; seen: readonly Sighting[] }> {
    const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
    const answers: Answer[] = [];
    let next = 0;
    const worker = async () => {
      while (next < count) {
        const index = next++;
        answers[index] = await this.send({ ...(typeof ask === 'function' ? ask(index) : ask), agent });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    agent.destroy();
    return { answers, seen: await this.records.next() };
  }

  private send({ headers, path, model = 'any', input, agent }: Ask): Promise<Answer> {
    const question =
      input === undefined
        ? { model, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 1 }
        : { model, input };
    const text = JSON.stringify(question);
    const fallback = input === undefined ? '/v1/chat/completions' : '/v1/embeddings';
    return this.client.send({
      what: 'the gateway',
      url: `${this.gateway}${path ?? fallback}`,
      headers: { ...(model !== null && { 'content-type': 'application/json' }), ...headers },
      ...(model !== null && { body: { bytes: Buffer.byteLength(text), slices: () => [Buffer.from(text)] } }),
      ...(agent && { agent }),
    });
  }

  /** How many servers the document gives a model. */
  replicasOf(model: string): number {
    const found = this.platform.models.find(({ name }) => name === model);
    if (found?.kind !== 'vllm') throw new Error(`vLLM serves no model ${model}`);
    return found.replicas;
  }

  /** Everything that the platform lets its workloads ask for. */
  calls(): Call[] {
    const { workloads, models } = this.platform;
    return workloads.flatMap((workload) =>
      workload.routes.map(({ requestedModel, target }) => ({
        workload,
        model: requestedModel ?? 'any',
        api: apiOf(models.filter(({ name }) => target.arms.some(({ model: arm }) => arm === name))),
      })),
    );
  }

  /**
   * Asks for calls, beside each other, with a client's credentials in every header and parameter that some API takes
   * one from.
   *
   * @param identities What the gateway knows each call's workload by; it stands instead of a rogue header of that name.
   * @returns Where the token, or a client's own credential, arrived: nowhere, when all is well.
   */
  async smuggle(
    calls: readonly Call[],
    identities: readonly OutgoingHttpHeaders[],
    rogue: string,
  ): Promise<string[]> {
    const who = calls.map(({ workload, model }) => `${workload.name} asking for ${model}`);
    const answers = await Promise.all(
      calls.map(({ api, model }, index) =>
        this.send({
          headers: { ...ROGUE_HEADERS, ...identities[index] },
          path: `${CLIENT_APIS[api]}${ROGUE_QUERY}`,
          model,
          ...(api === 'embeddings' && { input: 'Hello' }),
        }),
      ),
    );
    const refused = answers.flatMap(({ status, text }, index) =>
      status === 200 ? [] : [`${who[index]} was answered ${status}: ${text.slice(0, 200)}`],
    );
    if (refused.length > 0) return refused;
    const seen = await this.records.next();
    if (seen.length < calls.length)
      return [`${calls.length} calls were answered, and upstreams saw ${seen.length}: ${who.join(', ')}`];
    const own = identities.map(({ authorization }) => String(authorization ?? '').replace(/^Bearer /, ''));
    const secrets = [rogue, ...new Set(own.filter(Boolean))];
    return seen.flatMap((sighting) =>
      secrets.flatMap((secret) =>
        tracesOf(secret, sighting, [ROGUE_HEADERS.cookie]).map(
          (place) => `${who.join(' or ')}, at ${nameOf(sighting)}: ${place}`,
        ),
      ),
    );
  }
}

function apiOf(models: readonly Model[]): ClientApi {
  const known = sharedClientApis(models);
  const [api] = (['chat', 'messages', 'embeddings'] as const).filter((one) => known.includes(one));
  if (api === undefined) throw new Error(`no request of a test reaches ${models.map(({ name }) => name)}`);
  return api;
}
