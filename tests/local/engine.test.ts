import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Engine, type EngineEvents } from '../../local/stand-ins/engine/engine';
import { type StepPace, stepSeconds } from '../../local/stand-ins/engine/pace';
import { blockHashes } from '../../local/stand-ins/engine/prompt';
import type { EngineLimits } from '../../local/stand-ins/engine/scheduler';
import type { EndReason, EngineRequest, Sequence } from '../../local/stand-ins/engine/sequence';

/** Blocks of 4 tokens; 100 of them, beside the one that is held back. */
const LIMITS: EngineLimits = { maxSequences: 8, maxBatchedTokens: 64, blockSize: 4, blocks: 101 };
const PACE: StepPace = { firstTokenMs: 30, tokenMs: 20 };

/** An engine on a clock of its own that writes down what happens. */
class Trial implements EngineEvents {
  readonly engine: Engine;
  readonly firstTokens: [number, number][] = [];
  readonly ends: [number, EndReason][] = [];
  readonly counted = { prompt: 0, generated: 0, queried: 0, hits: 0, preemptions: 0 };
  now = 0;
  private readonly numbers = new Map<Sequence, number>();

  constructor(limits: Partial<EngineLimits> = {}, pace: StepPace = PACE) {
    this.engine = new Engine({ ...LIMITS, ...limits }, pace, this);
  }

  submit(promptTokens: number, answerTokens: number, more: Partial<EngineRequest> = {}): Sequence {
    const request = { promptTokens, answerTokens, promptHashes: [], finishReason: 'stop' as const, ...more };
    const sequence = this.engine.submit(request, this.now);
    this.numbers.set(sequence, this.numbers.size);
    return sequence;
  }

  /** One step: how long it took, undefined where there is nothing to do. */
  step(): number | undefined {
    const began = this.now;
    const ends = this.engine.advance(began);
    if (ends === undefined) return undefined;
    this.now = ends;
    this.engine.advance(ends);
    return Math.round((ends - began) * 1e6) / 1e6;
  }

  /** Until all requests have ended; the limit keeps a livelock from hanging. */
  finish(): void {
    for (let steps = 0; steps < 10_000; steps += 1) {
      const ends = this.engine.advance(this.now);
      if (ends === undefined) return;
      this.now = ends;
    }
    throw new Error('10,000 steps did not end these requests');
  }

  admitted({ held, cached }: Sequence): void {
    this.counted.queried += held;
    this.counted.hits += cached;
  }

  preempted(): void {
    this.counted.preemptions += 1;
  }

  token(sequence: Sequence): void {
    if (sequence.generated === 1) this.firstTokens.push([this.numberOf(sequence), this.now]);
  }

  stepped(promptTokens: number, generatedTokens: number): void {
    this.counted.prompt += promptTokens;
    this.counted.generated += generatedTokens;
  }

  ended(sequence: Sequence, reason: EndReason): void {
    this.ends.push([this.numberOf(sequence), reason]);
  }

  private numberOf(sequence: Sequence): number {
    return this.numbers.get(sequence) ?? Number.NaN;
  }
}

const { running, waiting } = {
  running: ({ engine }: Trial) => engine.scheduler.running.length,
  waiting: ({ engine }: Trial) => engine.scheduler.waiting.length,
};
const usedBlocks = ({ engine }: Trial) =>
  Math.round(engine.scheduler.pool.usage * engine.scheduler.pool.size);

describe('the engine of a model server', () => {
  test('an idle engine answers in the time to the first token, and a step for each further token', () => {
    const trial = new Trial();
    const sequence = trial.submit(10, 4, { finishReason: 'length' });
    trial.finish();
    assert.deepEqual(trial.ends, [[0, 'length']]);
    assert.equal(sequence.firstTokenAt, 0.03);
    assert.ok(Math.abs((sequence.lastTokenAt ?? 0) - 0.09) < 1e-9);
    assert.equal(trial.engine.advance(trial.now), undefined);
    assert.equal(usedBlocks(trial), 0);
  });

  test('the first to come is the first to be served, and whoever finds no place waits for one [engine-fcfs]', () => {
    const trial = new Trial({ maxSequences: 2 });
    for (const answerTokens of [2, 5, 1, 1]) trial.submit(4, answerTokens);
    trial.step();
    assert.deepEqual([running(trial), waiting(trial)], [2, 2]);
    trial.finish();
    // The third takes the place of the first after two steps, the fourth that of the third.
    assert.deepEqual(
      trial.firstTokens.map(([number]) => number),
      [0, 1, 2, 3],
    );
    assert.deepEqual(
      trial.ends.map(([number]) => number),
      [0, 2, 3, 1],
    );
  });

  test('who comes while a step is under way joins the next', () => {
    const trial = new Trial();
    trial.submit(4, 3);
    trial.engine.advance(0);
    const late = trial.submit(4, 1);
    assert.equal(trial.engine.advance(0.01), 0.03, 'the step is not over');
    assert.deepEqual([running(trial), waiting(trial)], [1, 1]);
    trial.engine.advance(0.03);
    assert.equal(late.scheduledAt, 0.03);
    assert.deepEqual([running(trial), waiting(trial)], [2, 0]);
  });

  test('a prompt longer than a step is computed in chunks, beside the answers that grow [engine-chunks]', () => {
    const trial = new Trial({}, { ...PACE, promptTokenUs: 1000 });
    trial.submit(4, 10);
    assert.equal(trial.step(), 0.034);
    trial.submit(150, 1);
    // 63 tokens beside the answer that grows; the rest has 150 - 63 - 63 = 24 and ends the prefill.
    assert.equal(trial.step(), 0.02);
    assert.deepEqual([trial.step(), trial.step(), trial.step()], [0.083, 0.083, 0.054]);
    assert.deepEqual(
      trial.firstTokens.map(([number]) => number),
      [0, 1],
    );
    assert.equal(trial.counted.prompt, 154, 'the tokens of a prompt count when it is complete');
  });

  test('a prompt of any length waits no longer than others where its tokens take no time', () => {
    const trial = new Trial();
    trial.submit(300, 1);
    trial.finish();
    assert.deepEqual(trial.firstTokens, [[0, 0.03]]);
  });

  test('the time of a step is that of the fit to the white paper’s soak', () => {
    const pace = { firstTokenMs: 16, tokenMs: 16, promptTokenUs: 10.5, sequenceUs: 70 };
    const seconds = stepSeconds(pace, { promptTokens: 3000, prefilled: 1, decoded: 100, sequences: 101 });
    // 16 ms + 3,000 × 10.5 µs + 101 × 70 µs.
    assert.ok(Math.abs(seconds - 0.05457) < 1e-12);
  });

  test('the youngest is preempted when blocks run out, is computed anew, and goes before those that wait [engine-preempts]', () => {
    // 6 blocks of 4 tokens: two prompts of 8 take 4, and each answer needs one more to go on from its first token, and
    // one more again to go on from its fifth.
    const trial = new Trial({ blocks: 7 });
    const [old, young] = [trial.submit(8, 6), trial.submit(8, 6)];
    const third = trial.submit(12, 1);
    while (young.preemptions === 0) trial.step();
    assert.deepEqual([old.preemptions, young.preemptions, third.scheduledAt], [0, 1, undefined]);
    assert.deepEqual([young.computed, young.blocks.length], [0, 0]);
    assert.equal(young.generated, 5, 'what was said is not taken back');
    assert.equal(trial.engine.scheduler.waiting[0], young);
    trial.finish();
    assert.deepEqual(
      trial.ends.map(([number]) => number),
      [0, 1, 2],
    );
    assert.deepEqual(trial.counted, { prompt: 28, generated: 13, queried: 28, hits: 0, preemptions: 1 });
    // Nobody goes on from the last token of an answer: 8 + 5. The young one had 8 + 4, and all of it anew.
    assert.equal(trial.engine.work(trial.now).computedTokens, 13 + 12 + 13 + 12);
    assert.equal(usedBlocks(trial), 0);
  });

  test('a few blocks less, and preemptions begin; every request is answered all the same', () => {
    const preemptionsWith = (blocks: number) => {
      const trial = new Trial({ blocks });
      for (let request = 0; request < 8; request += 1) trial.submit(8, 20);
      trial.finish();
      assert.equal(trial.ends.length, 8);
      assert.equal(trial.counted.generated, 160);
      return trial.counted.preemptions;
    };
    // 27 tokens are kept of each: 7 blocks, 56 in all.
    assert.equal(preemptionsWith(57), 0);
    assert.ok(preemptionsWith(50) > 0);
    assert.ok(preemptionsWith(20) > preemptionsWith(50));
  });

  test('a request that fills the cache alone is answered, and a longer one takes all of it', () => {
    const trial = new Trial({ blocks: 11 });
    const [full, longer] = [trial.submit(35, 5), trial.submit(1000, 5)];
    trial.finish();
    assert.deepEqual(
      trial.ends.map(([, reason]) => reason),
      ['stop', 'stop'],
    );
    assert.deepEqual([full.held, longer.held], [35, 35]);
    assert.equal(trial.counted.prompt, 1035);
    assert.throws(() => trial.submit(1, 40), /an answer of 40 tokens does not fit into a KV cache of 40/);
  });
});

describe('the prefix cache', () => {
  const text = (letters: string) => [...letters].map((letter) => letter.repeat(16)).join('');
  /** Blocks of 4 tokens of 4 characters: a letter of `letters` is a block. */
  const submit = (trial: Trial, letters: string, answerTokens = 1) =>
    trial.submit(letters.length * 4, answerTokens, { promptHashes: blockHashes(text(letters), 4, 100) });

  test('a hash is that of its block and of all before it', () => {
    const [one, two] = [blockHashes(text('abc'), 4, 100), blockHashes(`${text('abd')}rest`, 4, 100)];
    assert.deepEqual([one.length, two.length], [3, 3]);
    assert.deepEqual(two.slice(0, 2), one.slice(0, 2));
    assert.notEqual(two[2], one[2]);
    assert.notEqual(blockHashes(text('xbc'), 4, 100)[1], one[1]);
    assert.equal(new Set(blockHashes(text('aaaaaaaa'), 4, 100)).size, 8);
    assert.equal(blockHashes(text('abcdef'), 4, 2).length, 2);
  });

  test('what prompts have in common at their beginning is computed once [engine-prefix]', () => {
    const trial = new Trial();
    submit(trial, 'abcd');
    trial.finish();
    assert.deepEqual([trial.counted.queried, trial.counted.hits], [16, 0]);
    const again = submit(trial, 'abce');
    trial.finish();
    assert.equal(again.cached, 12);
    const other = submit(trial, 'xbcd');
    trial.finish();
    assert.equal(other.cached, 0);
    assert.equal(trial.engine.work(trial.now).computedTokens, 16 + 4 + 16);
  });

  test('the last token of a prompt is always computed', () => {
    const trial = new Trial();
    for (let time = 0; time < 2; time += 1) {
      submit(trial, 'ab');
      trial.finish();
    }
    assert.equal(trial.counted.hits, 4);
  });

  test('two that run side by side share blocks, which stay until both have gone', () => {
    const trial = new Trial();
    submit(trial, 'abc', 9);
    trial.step();
    submit(trial, 'abd', 2);
    trial.step();
    trial.step();
    // 3 blocks and one for the answer; the other has its last block and one for its answer.
    assert.equal(trial.counted.hits, 8);
    assert.equal(usedBlocks(trial), 6);
    trial.finish();
    assert.equal(usedBlocks(trial), 0);
  });

  test('a full cache forgets first what was given back first', () => {
    const trial = new Trial({ blocks: 7 });
    submit(trial, 'ab');
    trial.finish();
    submit(trial, 'cd');
    trial.finish();
    submit(trial, 'efgh');
    trial.finish();
    const [forgotten, known] = [submit(trial, 'ab'), submit(trial, 'efghi')];
    trial.finish();
    assert.equal(forgotten.cached, 0);
    assert.ok(known.cached > 0);
  });
});

describe('a client that leaves', () => {
  test('frees its place and its blocks at once, running or waiting, and is counted as abort [engine-abort]', () => {
    const trial = new Trial({ maxSequences: 2 });
    const [first, second] = [trial.submit(8, 50), trial.submit(8, 50)];
    const third = trial.submit(8, 1);
    trial.step();
    trial.step();
    const before = usedBlocks(trial);
    trial.engine.abort(first, trial.now);
    assert.ok(usedBlocks(trial) < before);
    trial.engine.abort(first, trial.now);
    assert.deepEqual(trial.ends, [[0, 'abort']]);
    const made = first.generated;
    trial.finish();
    assert.equal(first.generated, made);
    assert.deepEqual([second.ended, third.ended], ['stop', 'stop']);

    const waits = trial.submit(8, 1);
    trial.engine.abort(waits, trial.now);
    assert.equal(trial.engine.advance(trial.now), undefined);
    assert.equal(waits.generated, 0);
  });

  test('ends the step that only it was in: the next to come does not wait for it', () => {
    const trial = new Trial({}, { firstTokenMs: 30, tokenMs: 600_000 });
    const alone = trial.submit(8, 2);
    trial.step();
    trial.engine.abort(alone, trial.now);
    trial.submit(8, 1);
    assert.equal(trial.step(), 0.03);
  });
});

test('no token is lost or counted twice, however requests come, share, are preempted and leave [engine-conserves]', () => {
  const trial = new Trial({ blocks: 30, maxBatchedTokens: 24 });
  let seed = 7;
  const upTo = (limit: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % limit;
  };
  const all: Sequence[] = [];
  const text = 'the quick brown fox jumps over the lazy dog '.repeat(20);
  for (let round = 0; round < 400; round += 1) {
    if (upTo(3) === 0) {
      const promptTokens = 1 + upTo(40);
      const promptHashes = blockHashes(text.slice(0, promptTokens * 4), 4, 29);
      all.push(trial.submit(promptTokens, 1 + upTo(20), { promptHashes }));
    }
    if (upTo(10) === 0 && all.length > 0) trial.engine.abort(all[upTo(all.length)] as Sequence, trial.now);
    trial.step();
    assert.ok(running(trial) <= 8);
  }
  trial.finish();
  const sum = (of: (sequence: Sequence) => number) => all.reduce((total, one) => total + of(one), 0);
  assert.ok(trial.counted.preemptions > 0);
  assert.ok(trial.counted.hits > 0);
  assert.ok(trial.ends.some(([, reason]) => reason === 'abort'));
  assert.equal(trial.ends.length, all.length);
  assert.equal(
    trial.counted.generated,
    sum(({ generated }) => generated),
  );
  assert.equal(
    trial.counted.prompt,
    sum(({ generated, request }) => (generated > 0 ? request.promptTokens : 0)),
  );
  for (const { ended, generated, request } of all) {
    if (ended !== 'abort') assert.equal(generated, request.answerTokens);
  }
  assert.equal(usedBlocks(trial), 0);
});
