import { Agent, request } from 'node:http';
import { LISTENER } from './chat';

/** A call of a script: who asks, for how long an answer, and whether its client stays. */
export interface ScriptedCall {
  readonly workload: string;
  readonly prompt: string;
  readonly maxTokens: number;
  readonly stream: boolean;
  /** After how many tokens the client leaves. Default: it stays. */
  readonly leaves?: number;
}

/** How it ended for its client: the status, or that it left, or that the connection broke. */
export type Outcome = number | 'left' | 'broken';

/** The gateway took no connection: nothing of the call went anywhere. */
const isClosed = (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED';

/** Tells an upstream's record which call of the script it is of. */
export const CALL_HEADER = 'x-scripted-call';

/** A client of many calls, some at once. */
export class ScriptedClient {
  /** When the client left, by the number of the call; Unix milliseconds. */
  readonly leftAt = new Map<number, number>();
  private readonly agent: Agent;

  constructor(private readonly atOnce: number) {
    this.agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  }

  /**
   * Makes the calls in order. One that finds the gateway closed waits for it.
   *
   * @param begun Told before each call, with its number.
   */
  async run(calls: readonly ScriptedCall[], begun: (index: number) => void): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    let next = 0;
    const worker = async () => {
      for (let index = next++; index < calls.length; index = next++) {
        begun(index);
        outcomes[index] = await this.patiently(index, calls[index] as ScriptedCall);
      }
    };
    await Promise.all(Array.from({ length: this.atOnce }, worker));
    this.agent.destroy();
    return outcomes;
  }

  private async patiently(index: number, call: ScriptedCall): Promise<Outcome> {
    for (const end = Date.now() + 60_000; ; ) {
      const outcome = await this.call(index, call);
      if (outcome !== undefined) return outcome;
      if (Date.now() > end) throw new Error('the gateway took no connection for 60 s');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Undefined where the gateway took no connection. */
  private call(
    index: number,
    { workload, prompt, maxTokens, stream, leaves }: ScriptedCall,
  ): Promise<Outcome | undefined> {
    return new Promise((resolve) => {
      const headers = {
        ...{ 'content-type': 'application/json', 'x-workload-app': workload },
        [CALL_HEADER]: `${index}`,
      };
      const options = { method: 'POST', agent: this.agent, timeout: 60_000, headers };
      const sent = request(`http://127.0.0.1:${LISTENER}/v1/chat/completions`, options, (response) => {
        let tokens = 0;
        response.on('data', (part: Buffer) => {
          tokens += part.toString().match(/"content":"[^"]/g)?.length ?? 0;
          if (leaves === undefined || response.statusCode !== 200 || tokens < leaves) return;
          this.leftAt.set(index, Date.now());
          resolve('left');
          sent.destroy();
        });
        response.once('end', () => resolve(response.statusCode ?? 'broken'));
        response.once('error', () => resolve('broken'));
      });
      sent.once('timeout', () => sent.destroy(new Error('no answer in 60 s')));
      sent.once('error', (error) => resolve(isClosed(error) ? undefined : 'broken'));
      const messages = [{ role: 'user', content: prompt }];
      sent.end(JSON.stringify({ model: 'any', messages, max_tokens: maxTokens, stream }));
    });
  }
}
