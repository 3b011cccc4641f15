import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scrape, startStandIn } from './stand-in-process';

test('the DCGM exporter shows idle cards and says that they are not real', async () => {
  const args = ['--gpus', '2', '--node', 'gpu-0', '--pod', 'ai-serving/gpt-oss-120b-0/vllm'];
  const exporter = await startStandIn('dcgm-exporter', args);
  assert.equal((await fetch(`${exporter.url}/health`)).status, 200);
  const page = await (await fetch(`${exporter.url}/metrics`)).text();
  const help = page.split('\n').filter((line) => line.startsWith('# HELP'));
  assert.ok(help.length > 20);
  assert.ok(help.every((line) => /Stand-in, constant value of an idle card/.test(line)));

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
