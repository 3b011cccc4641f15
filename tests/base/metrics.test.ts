import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exposedNames, METRICS, namesOf, RENAMED_METRICS } from '../../base/metrics';
import { dcgmExporter } from '../../local/stand-ins/dcgm-exporter';
import { ServedEngine } from '../../local/stand-ins/served-engine';

const all = Object.values(METRICS);

test('a name belongs to one metric, now or formerly', () => {
  const names = all.flatMap(namesOf);
  assert.equal(new Set(names).size, names.length);
});

test('a name that was given up leads to the one of today, with its suffix', () => {
  assert.equal(
    RENAMED_METRICS['vllm:time_per_output_token_seconds_bucket'],
    'vllm:inter_token_latency_seconds_bucket',
  );
  assert.equal(RENAMED_METRICS['vllm:gpu_cache_usage_perc'], 'vllm:kv_cache_usage_perc');
  assert.equal(RENAMED_METRICS['vllm:kv_cache_usage_perc'], undefined);
});

test('the stand-ins expose every metric of the table that is theirs, with its type [metrics-exposed]', async () => {
  const pace = { firstTokenMs: 0, tokenMs: 0 };
  const engine = await new ServedEngine({ model: 'gpt-oss-120b', answerTokens: 1, pace }).metrics.text();
  const page = dcgmExporter({ gpus: 1, node: 'gpu-0' }).routes['GET /metrics'];
  const gpus = JSON.stringify(await page?.({} as never));
  for (const metric of all) {
    const { name, type } = metric;
    const text = name.startsWith('vllm:') ? engine : name.startsWith('DCGM_') ? gpus : undefined;
    if (text === undefined) continue;
    assert.ok(text.includes(`# TYPE ${name} ${type}`), `${name} ${type}`);
    for (const exposed of exposedNames(metric, name)) assert.ok(text.includes(exposed), exposed);
  }
});
