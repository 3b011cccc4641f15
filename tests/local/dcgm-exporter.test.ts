import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dcgmExporter } from '../../local/stand-ins/dcgm-exporter';
import { engineAt } from '../../local/stand-ins/engine-options';
import { type EngineState, loadBetween } from '../../local/stand-ins/gpu-load';
import { modelServer } from '../../local/stand-ins/model-server';
import { parseMetrics } from '../../validation/metrics';
import { startHere } from './stand-in-here';
import { messages, post, scrape, startStandIn } from './stand-in-process';

test('the DCGM exporter shows idle cards and says that they are not real', async () => {
  const args = ['--gpus', '2', '--node', 'gpu-0', '--pod', 'ai-serving/gpt-oss-120b-0/vllm'];
  const exporter = await startStandIn('dcgm-exporter', args);
  assert.equal((await fetch(`${exporter.url}/health`)).status, 200);
  const page = await (await fetch(`${exporter.url}/metrics`)).text();
  const help = page.split('\n').filter((line) => line.startsWith('# HELP'));
  assert.ok(help.length > 20);
  assert.ok(help.every((line) => /Stand-in, no GPU was measured/.test(line)));

  const samples = [...(await scrape(exporter.url))];
  const of = (field: string, gpu: number) =>
    samples.filter(([name]) => name.startsWith(`${field}{`) && name.includes(`gpu="${gpu}"`));
  const value = (field: string, gpu: number) => of(field, gpu)[0]?.[1] ?? Number.NaN;
  for (const gpu of [0, 1]) {
    const memory = ['USED', 'FREE', 'RESERVED'].map((part) => value(`DCGM_FI_DEV_FB_${part}`, gpu));
    assert.equal(
      memory.reduce((sum, part) => sum + part, 0),
      81559,
    );
    assert.equal(value('DCGM_FI_PROF_NVLINK_TX_BYTES', gpu), 0);
    assert.equal(of('DCGM_EXP_GPU_HEALTH_STATUS', gpu).length, 10);
  }
  assert.equal(of('DCGM_FI_DEV_GPU_UTIL', 2).length, 0);
  const [label = ''] = of('DCGM_FI_DEV_GPU_UTIL', 1)[0] ?? [];
  for (const part of [
    'Hostname="gpu-0"',
    'device="nvidia1"',
    'modelName="NVIDIA H100 80GB HBM3"',
    'namespace="ai-serving"',
    'pod="gpt-oss-120b-0"',
    'container="vllm"',
  ]) {
    assert.ok(label.includes(part), part);
  }
  assert.match(page, /# TYPE DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION counter/);
  assert.equal(await exporter.stop(), 0);
});

const OWNER = { namespace: 'ai-serving', pod: 'gpt-oss-120b-0', container: 'vllm' };
const GPUS = { count: 2, memoryUtilization: 0.9, linkBytesPerToken: 1000, owner: OWNER };

const after = (seconds: number, busySeconds: number, computedTokens: number): EngineState => ({
  gpus: GPUS,
  ...{ seconds, busySeconds, computedTokens },
});

/** An exporter of four cards, on the first two of which an engine is; `say` is what the engine says next. */
function following() {
  let state: EngineState | undefined;
  const { routes } = dcgmExporter({ gpus: 4, node: 'gpu-0', engines: [async () => state] });
  return {
    async page(next: EngineState | undefined) {
      state = next;
      const reply = await routes['GET /metrics']?.({} as never);
      const samples = parseMetrics(reply && 'body' in reply ? reply.body : '');
      return (field: string, gpu: number) => {
        const found = samples.find(({ name, labels }) => name === field && labels.gpu === `${gpu}`);
        assert.ok(found, `${field} of card ${gpu}`);
        return found;
      };
    },
  };
}

test('cards follow the engine on them, and the others are idle [gpus-follow-engine]', async () => {
  const exporter = following();
  const first = await exporter.page(after(100, 40, 5000));
  assert.equal(first('DCGM_FI_PROF_SM_ACTIVE', 0).value, 0, 'nothing to compare with');

  // 10 s, 5 of them busy, 200 tokens.
  const at = await exporter.page(after(110, 45, 5200));
  for (const gpu of [0, 1]) {
    assert.equal(at('DCGM_FI_PROF_SM_ACTIVE', gpu).value, 0.5);
    assert.equal(at('DCGM_FI_DEV_GPU_UTIL', gpu).value, 50);
    assert.equal(at('DCGM_FI_PROF_NVLINK_TX_BYTES', gpu).value, 20_000);
    assert.equal(at('DCGM_FI_PROF_NVLINK_RX_BYTES', gpu).value, 20_000);
    // Half way from 70 to 700 W, for 10 s.
    assert.equal(at('DCGM_FI_DEV_POWER_USAGE', gpu).value, 385);
    assert.equal(at('DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', gpu).value, 1_000_000 + 3_850_000);
    // 0.9 of 81559, and 4 of the driver.
    assert.equal(at('DCGM_FI_DEV_FB_USED', gpu).value, 73_407);
    assert.equal(at('DCGM_FI_DEV_FB_FREE', gpu).value, 81_559 - 560 - 73_407);
    assert.equal(at('DCGM_EXP_CLOCK_EVENTS_COUNT', gpu).value, 0);
    assert.equal(at('DCGM_FI_DEV_FB_USED', gpu).labels.pod, OWNER.pod);
  }
  assert.equal(at('DCGM_FI_PROF_SM_ACTIVE', 2).value, 0);
  assert.equal(at('DCGM_FI_DEV_FB_USED', 2).value, 4);
  assert.equal(at('DCGM_FI_DEV_FB_USED', 2).labels.pod, undefined);

  const resting = await exporter.page(after(120, 45, 5200));
  assert.equal(resting('DCGM_FI_PROF_NVLINK_TX_BYTES', 0).value, 0);
  assert.equal(resting('DCGM_FI_DEV_POWER_USAGE', 0).value, 70);
  assert.equal(resting('DCGM_FI_DEV_FB_USED', 0).value, 73_407, 'vLLM keeps its memory');

  const gone = await exporter.page(undefined);
  assert.equal(gone('DCGM_FI_DEV_FB_USED', 0).value, 4);
});

test('an engine that was started anew shows no load until it is asked again', () => {
  const load = loadBetween(after(1000, 900, 1_000_000), after(1001, 1, 10));
  assert.deepEqual([load.busy, load.linkBytesPerSecond], [0, 0]);
});

test('an exporter asks the admin interfaces of model servers what they have done', async () => {
  const server = await startHere(
    modelServer({
      model: 'gpt-oss-120b',
      answerTokens: 3,
      pace: { firstTokenMs: 1, tokenMs: 1 },
      gpus: GPUS,
    }),
  );
  const ask = engineAt(server.admin);
  const { gpus, computedTokens } = (await ask()) ?? {};
  assert.deepEqual([gpus, computedTokens], [GPUS, 0]);
  await (await post(`${server.url}/v1/chat/completions`, { model: 'gpt-oss-120b', messages })).text();
  const state = await ask();
  // 8 of the prompt, and 2 of the answer: nobody goes on from its last.
  assert.equal(state?.computedTokens, 10);
  assert.ok(state !== undefined && state.busySeconds > 0 && state.busySeconds <= state.seconds);
  await server.stop();
  assert.equal(await ask(), undefined);
});
