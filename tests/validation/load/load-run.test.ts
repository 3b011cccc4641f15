import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeMadeUpCorpus } from '../../../validation/corpus/made-up';
import { allTurns, openCorpus } from '../../../validation/corpus/reader';
import type { GateSettings } from '../../../validation/gate/settings';
import { type LoadEvent, type LoadRunProps, runLoad } from '../../../validation/load/load-run';
import { gateOf } from '../../../validation/load/presets';
import { compilePlan } from '../../../validation/replay/compile';
import type { Plan } from '../../../validation/replay/plan';
import { type RunningStandIn, startStandIn } from '../../local/stand-in-process';

const MODEL = 'gpt-oss-120b';

/** Seconds of the engine, and of the plan, go ten times as fast. */
const SCALE = 10;

const ENGINE = [
  ...['--model', MODEL, '--answer-tokens', '400', '--token-delay', '20', '--first-token-delay', '40'],
  ...['--time-scale', `${SCALE}`, '--kv-blocks', '4000'],
];

describe('a gated run on a simulated engine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'load-'));
  let engine: RunningStandIn;
  let plan: Plan;
  let gate: GateSettings;

  before(async () => {
    engine = await startStandIn('model-server', ENGINE);
    const profiles = { D: { sessions: 400, app: 'ide' } };
    const { sha256 } = await writeMadeUpCorpus({ folder, seed: 1, model: MODEL, profiles });
    const turns = await allTurns(await openCorpus(folder));
    plan = compilePlan({
      ...{ corpus: { sha256 }, turns, mode: 'closed', users: 60, seconds: 900, seed: 1 },
      profiles: [{ profile: 'D', law: { kind: 'exponential', rate: 0.5 } }],
    });
    gate = gateOf('quick', plan.header, {
      baseline: { users: 4, firstTokens: 30, error: 0.3, floor: 1 },
      ...{ window: 20, settle: 5, cooldown: 5, preemptionWindow: 20, lag: 5 },
      soak: { seconds: 40 },
    });
  });
  after(async () => {
    await engine.stop();
    rmSync(folder, { recursive: true });
  });

  /** Runs it, and tells what happened. */
  async function run(props: Partial<LoadRunProps>) {
    const events: LoadEvent[] = [];
    const result = await runLoad({
      ...{ plan, gate, timeScale: SCALE, drain: 5 },
      bodies: join(folder, 'bodies.jsonl'),
      target: { origin: engine.url },
      engines: [{ name: 'engine', metrics: `${engine.url}/metrics` }],
      onEvent: (event) => events.push(event),
      ...props,
    });
    return { ...result, events };
  }

  test('T3 stops it within two seconds, and nothing is sent after it [load-t3]', async () => {
    const trouble = (query: string, method: string) => fetch(`${engine.admin}/trouble${query}`, { method });
    // What a few dozen of these conversations need is more than is left of the cache.
    assert.equal((await trouble('?lostBlocks=3680', 'PUT')).status, 200);
    const { end, events, replayer } = await run({});
    await trouble('', 'DELETE');
    assert.equal(
      end,
      'preemptions',
      JSON.stringify(events.filter(({ kind }) => kind === 'decision').slice(-1)),
    );
    const stopping = events.find((event) => event.kind === 'stopping');
    assert.ok(stopping?.kind === 'stopping');
    assert.match(stopping.why, /^T3: \d+ preemptions for \d+ scheduled requests/);
    assert.ok(stopping.underWay > 0);
    const rows = [...replayer.data];
    const lastSent = Math.max(...rows.map(({ sent }) => sent));
    // An order is on its way to the workers for some milliseconds.
    assert.ok(lastSent <= stopping.at / SCALE + 0.5, `${lastSent} s, stopped at ${stopping.at / SCALE} s`);
    assert.ok(
      rows.some(({ outcome }) => outcome === 4),
      'nothing was cut off',
    );
  });

  test('a plan whose users have nothing left to ask before the gate has its verdict is inconclusive [load-plan-ended]', async () => {
    const { seconds } = plan.header;
    // Two steps for each user, where some hundred belong to the time that the header says.
    const { first, ...columns } = plan.columns;
    const steps = Uint32Array.from(first, (_, user) => Math.min(user * 2, first.at(-1) ?? 0));
    const short = { header: plan.header, columns: { ...columns, first: steps } };
    const { end, events } = await run({ plan: short });
    const at = events.find(({ kind }) => kind === 'ended');
    assert.equal(end, 'plan-ended');
    assert.ok(at?.kind === 'ended' && at.at < seconds, JSON.stringify(at));
  });

  test('without Prometheus, or without its series, a run is inconclusive', async () => {
    const { end, events } = await run({ prometheus: 'http://127.0.0.1:9' });
    assert.equal(end, 'telemetry-lost');
    assert.match(JSON.stringify(events), /Prometheus did not answer/);
  });

  test('a run that is stopped drains, and is inconclusive', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 1500);
    const { end, replayer, state } = await run({ signal: stop.signal });
    assert.deepEqual([end, state?.end], ['stopped', 'stopped']);
    assert.ok([...replayer.data].every(({ outcome }) => outcome === 0));
  });

  test('an engine that is restarted makes its window inconclusive, and says why', async () => {
    const events: LoadEvent[] = [];
    let restarted: Promise<void> | undefined;
    const restart = async () => {
      await engine.stop();
      const { host } = new URL(engine.url);
      engine = await startStandIn('model-server', [...ENGINE, '--listen', host]);
    };
    const calm = { ...gate, ramp: { ...gate.ramp, most: 6 } };
    const { end } = await run({
      gate: calm,
      onEvent: (event) => {
        events.push(event);
        if (event.kind !== 'window' || restarted) return;
        restarted = restart();
      },
    });
    await restarted;
    const whys = events.flatMap((event) => (event.kind === 'decision' ? [event.decision.why] : []));
    assert.ok(
      whys.some((why) => /was restarted|has no metrics|metrics of engine are|failed/.test(why)),
      whys.join('\n'),
    );
    assert.notEqual(end, 'verdict');
  });
});
