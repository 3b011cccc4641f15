import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { post, type RunningStandIn, scrape, startStandIn } from './stand-in-process';

const MODEL = 'gpt-oss-120b';

/** Preemptions, whatever their labels. */
function total(samples: ReadonlyMap<string, number>): number {
  const found = [...samples].filter(([name]) => name.startsWith('vllm:num_preemptions_total{'));
  assert.equal(found.length, 1);
  return found[0]?.[1] ?? Number.NaN;
}

/** Asks for so many tokens, and how long it took, in milliseconds. */
async function ask(server: RunningStandIn, tokens: number, letter = 'x'): Promise<number> {
  const began = performance.now();
  const messages = [{ role: 'user', content: letter.repeat(40 * 16 * 4) }];
  const answer = await post(`${server.url}/v1/chat/completions`, {
    model: MODEL,
    messages,
    max_tokens: tokens,
  });
  assert.equal(answer.status, 200, await answer.text());
  return performance.now() - began;
}

describe('trouble in an engine, on demand', () => {
  let server: RunningStandIn;
  const trouble = async (query: string, method = 'PUT') =>
    fetch(`${server.admin}/trouble${query}`, { method });

  before(async () => {
    const pace = ['--answer-tokens', '100', '--token-delay', '10', '--first-token-delay', '10'];
    server = await startStandIn('model-server', ['--model', MODEL, '--kv-blocks', '200', ...pace]);
  });
  after(() => server.stop());
  beforeEach(async () => {
    assert.equal((await trouble('', 'DELETE')).status, 200);
  });

  test('steps take longer', async () => {
    assert.equal((await trouble('?slower=10')).status, 200);
    // Twenty steps of 100 ms instead of 10.
    assert.ok((await ask(server, 20)) >= 1900);
  });

  test('a stall holds everything up, and passes', async () => {
    await trouble('?stall=1');
    assert.ok((await ask(server, 1)) >= 900);
  });

  test('a cache that shrinks makes the engine preempt', async () => {
    const preempted = async () => total(await scrape(server.url));
    const before = await preempted();
    // Three prompts of 40 blocks fit into 200 blocks, and not two into 85, once their answers grow.
    await trouble('?lostBlocks=115');
    await Promise.all(['a', 'b', 'c'].map((letter) => ask(server, 90, letter)));
    assert.ok((await preempted()) > before);
  });

  test('refuses what is no number, and what it does not know', async () => {
    for (const query of ['?slower=fast', '?stall=-1', '?explode=1']) {
      const refused = await trouble(query);
      assert.equal(refused.status, 400);
      assert.match(await refused.text(), /slower=TIMES, lostBlocks=COUNT and stall=SECONDS/);
    }
  });
});
