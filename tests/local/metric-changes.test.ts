import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress } from '../../local/stand-ins/address';
import { MetricChanges } from '../../local/stand-ins/metric-changes';
import { modelServer } from '../../local/stand-ins/model-server';
import { startHere } from './stand-in-here';
import { scrape } from './stand-in-process';

const PAGE = `# HELP a_seconds Time.
# TYPE a_seconds histogram
a_seconds_bucket{le="+Inf"} 3
a_seconds_sum 0.5
a_seconds_count 3
# HELP a_seconds_total Another one, whose name begins alike.
# TYPE a_seconds_total counter
a_seconds_total{of="a_seconds"} 7
`;

test('a renamed metric has its new name in all of its lines, and no other is touched', () => {
  const changes = new MetricChanges();
  assert.equal(changes.applyTo(PAGE), PAGE);
  changes.rename('a_seconds', 'b_seconds');
  assert.equal(
    changes.applyTo(PAGE),
    PAGE.replace('HELP a_seconds T', 'HELP b_seconds T')
      .replace('TYPE a_seconds h', 'TYPE b_seconds h')
      .replace('a_seconds_bucket', 'b_seconds_bucket')
      .replace('a_seconds_sum', 'b_seconds_sum')
      .replace('a_seconds_count', 'b_seconds_count'),
  );
  changes.clear();
  assert.equal(changes.applyTo(PAGE), PAGE);
});

test('a dropped metric is not on the page, and the others are', () => {
  const changes = new MetricChanges();
  changes.drop('a_seconds');
  assert.deepEqual(changes.applyTo(PAGE).trimEnd().split('\n'), PAGE.trimEnd().split('\n').slice(5));
});

test('a stand-in changes its page when its admin interface is told to, and says what it did not understand [page-changes]', async () => {
  const pace = { firstTokenMs: 0, tokenMs: 0 };
  const server = await startHere(modelServer({ model: 'gpt-oss-120b', answerTokens: 1, pace }));
  const tell = async (method: string, query = '') =>
    (await fetch(`http://${formatAddress(server.admin)}/metrics${query}`, { method })).status;
  const has = async (name: string) =>
    [...(await scrape(server.url)).keys()].some((key) => key.startsWith(`${name}{`));
  assert.equal(await tell('PUT', '?rename=vllm:num_requests_running&to=vllm:requests_running'), 200);
  assert.equal(await tell('PUT', '?drop=vllm:kv_cache_usage_perc'), 200);
  assert.deepEqual(
    [
      await has('vllm:num_requests_running'),
      await has('vllm:requests_running'),
      await has('vllm:kv_cache_usage_perc'),
    ],
    [false, true, false],
  );
  for (const wrong of ['', '?rename=a', '?drop=a-b', '?drop=a&rename=b&to=c']) {
    assert.equal(await tell('PUT', wrong), 400, wrong);
  }
  assert.equal(await tell('DELETE'), 200);
  assert.ok(await has('vllm:num_requests_running'));
  await server.stop();
});
