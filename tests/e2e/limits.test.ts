import assert from 'node:assert/strict';
import { request } from 'node:http';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../local/until';
import type { Sighting } from '../../validation/records';
import { LISTENER } from './chat';
import { accessLog } from './identity-cases';
import { begin, shared } from './shared';
import { Traffic } from './traffic';

/** How many tokens a short answer takes, its question included. */
const SHORT = 14;

/** So dear that few tokens are money: two tokens of the question and twelve of the answer cost 2 x 0.001 + 12 x 0.01. */
const PRICE = { inputPerMTok: 1000, outputPerMTok: 10_000 };
const SHORT_COSTS = 0.122;

interface Asked {
  readonly model?: string;
  readonly stream?: true;
  /** When the first piece of the answer is here. */
  readonly begun?: () => void;
}

/** The status of a question, once its answer is over. */
function ask(workload: string, { model = 'any', stream, begun }: Asked = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      agent: false,
      timeout: 60_000,
      headers: { 'content-type': 'application/json', 'x-workload-app': workload },
    };
    const req = request(`http://127.0.0.1:${LISTENER}/v1/chat/completions`, options, (response) => {
      response.once('data', () => begun?.());
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', reject);
    });
    req.once('timeout', () => req.destroy(new Error('no answer in 60 s')));
    req.once('error', reject);
    const messages = [{ role: 'user', content: 'Hello' }];
    req.end(JSON.stringify({ model, messages, ...(stream && { stream }) }));
  });
}

/** Asks for a stream and leaves it once some tokens of it are here: how many. */
function leave(workload: string, tokens: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'x-workload-app': workload };
    const options = { method: 'POST', agent: false, timeout: 60_000, headers };
    const req = request(`http://127.0.0.1:${LISTENER}/v1/chat/completions`, options, (response) => {
      let text = '';
      response.on('data', (part) => {
        text += part;
        // The chunk with the role has an empty text.
        const received = text.match(/"content":"[^"]/g)?.length ?? 0;
        if (received < tokens) return;
        req.destroy();
        resolve(received);
      });
      response.once('end', () => reject(new Error(`the stream ended before ${tokens} tokens: ${text}`)));
    });
    req.once('timeout', () => req.destroy(new Error('no answer in 60 s')));
    req.once('error', reject);
    req.end(JSON.stringify({ model: 'any', messages: [{ role: 'user', content: 'Hello' }], stream: true }));
  });
}

describe('budgets, counted by the rate-limit service in Redis', () => {
  const project = shared;

  /** A new route answers 500 until the external processor has read it; those calls cost nothing. */
  const serves = (workload: string, asked?: Asked) =>
    until(async () => (await ask(workload, asked)) === 200, 30, 1000);

  /** A call is charged when its answer is over, beside the answer. */
  const isRefused = (workload: string, asked?: Asked) =>
    until(async () => (await ask(workload, asked)) === 429, 10, 300);

  const killRedis = async () => process.kill(await project.pidOf('redis'), 'SIGKILL');

  before(async () => {
    await begin();
    project.edit((platform) => {
      const within = (tokensPerHour: number) => ({ model: 'gpt-oss-120b', limits: { tokensPerHour } });
      const both = ['gpt-oss-120b', 'gemini-flash'];
      platform.workloads = {
        'crosses-it': within(SHORT - 1),
        'streams-alone': within(SHORT - 1),
        // The prompt alone is 2.
        leaves: within(3),
        streams: { models: [...both], limits: { tokensPerHour: SHORT - 1 } },
        'both-models': { models: [...both], limits: { tokensPerHour: SHORT - 1 } },
        ample: within(2_000_000),
        unlimited: { model: 'gpt-oss-120b' },
        'spends-less': { model: 'gpt-oss-120b' },
        'spends-all': { model: 'gpt-oss-120b' },
        'leaves-unpaid': { model: 'gpt-oss-120b' },
      };
      platform.models['gpt-oss-120b'].price = PRICE;
      const hard = (workload: string, amount: number) => ({ workloads: [workload], amount, hard: true });
      platform.budgets = {
        less: hard('spends-less', SHORT_COSTS),
        all: hard('spends-all', 0.1219),
        // The question and one token.
        left: hard('leaves-unpaid', 0.01),
      };
    });
    await project.apply();
    assert.ok(await serves('unlimited'));
  });

  test('the request that crosses a budget is served, and the next is refused', async () => {
    assert.ok(await serves('crosses-it'));
    assert.ok(await isRefused('crosses-it'));
  });

  test('a stream costs nothing until it closes, and then what it says [token-budget-stream]', async () => {
    const server = await project.pidOf('stand-in:gpt-oss-120b');
    let stream: Promise<number> | undefined;
    await new Promise<void>((resolve) => {
      stream = ask('streams', {
        model: 'gpt-oss-120b',
        stream: true,
        begun: () => {
          process.kill(server, 'SIGSTOP');
          resolve();
        },
      });
    });
    try {
      assert.equal(await ask('streams', { model: 'gemini-flash', stream: true }), 200);
    } finally {
      process.kill(server, 'SIGCONT');
    }
    assert.equal(await stream, 200);
    assert.ok(await isRefused('streams', { model: 'gemini-flash' }));
  });

  test('a stream alone is counted too', async () => {
    assert.equal(await ask('streams-alone', { stream: true }), 200);
    assert.ok(await isRefused('streams-alone'));
  });

  test('a stream that its client leaves is charged for what it was sent [token-budget-left]', async () => {
    await leave('leaves', 2);
    await sleep(1000);
    // A whole answer would use the budget up as well.
    assert.equal(await ask('leaves'), 429);
  });

  test('a hard budget in money is spent by what tokens of each kind cost, to its last unit [budget-hard]', async () => {
    for (const workload of ['spends-less', 'spends-all']) assert.ok(await serves(workload));
    // A call is charged beside its answer.
    await sleep(1000);
    assert.equal(await ask('spends-less'), 200);
    assert.equal(await ask('spends-all'), 429);
    assert.ok(await isRefused('spends-less'));
  });

  test('a stream that its client leaves costs money, too [budget-left]', async () => {
    await leave('leaves-unpaid', 2);
    await sleep(1000);
    assert.equal(await ask('leaves-unpaid'), 429);
  });

  test('the access log has the tokens of streams that were left as the model made them [access-log-left]', async () => {
    const traffic = await Traffic.open(project);
    const lines = () => accessLog(project).filter(({ workload }) => workload === 'unlimited');
    let told = lines().length;
    /** A stream that Envoy saw its client leave: a model makes twelve tokens in a quarter of a second, and may be done before. */
    const isLeft = async (tokens: number) => {
      const received = await leave('unlimited', tokens);
      assert.ok(await until(async () => lines().length > told, 20, 300), `no line of stream ${tokens}`);
      const line = lines().at(-1);
      told += 1;
      const usages: NonNullable<Sighting['usage']>[] = [];
      const isMade = async () => {
        usages.push(...(await traffic.seen()).flatMap(({ usage }) => usage ?? []));
        return usages.length > 0;
      };
      assert.ok(await until(isMade, 10, 100), `the model tells of no stream ${tokens}`);
      const made = usages.at(-1);
      assert.equal(line?.input_tokens, made?.prompt_tokens);
      // It asked for `any`, which has no price.
      assert.equal(line?.response_model, 'gpt-oss-120b');
      const output = Number(line?.output_tokens);
      // The model may make one more until it learns that nobody reads.
      assert.ok(
        output >= received && output <= (made?.completion_tokens ?? 0),
        `${output} tokens in the log, ${received} received, ${made?.completion_tokens} made`,
      );
      return line?.response_flags === 'DC';
    };
    for (const tokens of [1, 2, 3, 4, 5])
      assert.ok(
        await until(() => isLeft(tokens), 20, 100),
        `Envoy saw no client leave after ${tokens} tokens`,
      );
  });

  test('one budget holds on every route of its workload [token-budget-routes]', async () => {
    assert.ok(await serves('both-models', { model: 'gemini-flash' }));
    assert.ok(await isRefused('both-models', { model: 'gpt-oss-120b' }));
    assert.ok(await isRefused('both-models', { model: 'gemini-flash' }));
  });

  test('without Redis a budget is forgotten for the time, and requests pass [token-budget-without-redis]', async () => {
    assert.equal(await ask('ample'), 200);
    await killRedis();
    assert.equal(await ask('ample'), 200);
    // Nobody's budget holds as long as Redis is away.
    assert.equal(await ask('crosses-it'), 200);
  });

  test('with failClosed it is refused instead, and only where there is a budget [token-budget-fail-closed]', async () => {
    const healed = await project.up();
    assert.equal(healed.code, 0, healed.text);
    project.edit(({ gateway }) => {
      gateway.limiter = { failClosed: true };
    });
    await project.apply();
    assert.ok(await serves('ample'));
    await killRedis();
    assert.ok(await until(async () => (await ask('ample')) === 500, 20, 500));
    assert.equal(await ask('unlimited'), 200);
  });
});
