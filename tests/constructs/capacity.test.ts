import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Memory } from '../../config';
import type { AiGatewayProps } from '../../constructs';
import { chart, field, gatewayIn, manifests, only } from './support';

/** The patches of a gateway. */
function patches(settings: Partial<AiGatewayProps> = {}) {
  const scope = chart();
  const { envoy } = gatewayIn(scope, settings);
  const policy = only(manifests(scope), 'EnvoyPatchPolicy');
  return { envoy, policy, list: field(policy, 'spec.jsonPatches') as readonly object[] };
}

/** The filters in the order in which they are added, each with its configuration. */
function filtersOf(list: readonly object[]) {
  return list
    .filter((patch) => `${field(patch, 'operation.path')}`.startsWith('/http_filters/'))
    .map((patch) => field(patch, 'operation.value') as object);
}

const LIMIT = 'gradient_controller_config';

/** The least and the most of an adaptive concurrency. */
function bounds(concurrency: unknown): unknown[] {
  return [
    field(concurrency, `${LIMIT}.min_rtt_calc_params.min_concurrency`),
    field(concurrency, `${LIMIT}.concurrency_limit_params.max_concurrency_limit`),
  ];
}

test('as many calls as planned, of all routes together, are let in before any other filter [capacity-of-all-routes]', () => {
  const { envoy, list } = patches();
  const [large, all] = filtersOf(list);
  const { maxParallelRequests, large: planned } = envoy;
  assert.deepEqual(bounds(field(all, 'typed_config')), [maxParallelRequests, maxParallelRequests]);
  assert.deepEqual(bounds(field(large, 'typed_config.extension_config.typed_config')), [
    planned?.maxParallel,
    planned?.maxParallel,
  ]);
  const paths = list.map((patch) => field(patch, 'operation.path'));
  assert.deepEqual(paths, [
    '',
    '/http_filters/0',
    '/http_filters/1',
    '/http_filters/2',
    '/local_reply_config',
  ]);
});

test('a request is large with more digits than the expected size has, and without a size', () => {
  const skipped = 'typed_config.xds_matcher.matcher_list.matchers.0.predicate.or_matcher.predicate';
  const [large] = filtersOf(patches({ expectedRequestSize: Memory.parse('64Ki') }).list);
  const [method, length] = field(large, skipped) as readonly object[];
  assert.equal(field(method, 'not_matcher.single_predicate.value_match.exact'), 'POST');
  const regex = field(length, 'single_predicate.value_match.safe_regex.regex');
  assert.equal(regex, '[0-9]{1,5}');
});

test('nothing is counted as large that the buffer limit refuses', () => {
  const sizes = { bufferLimit: Memory.mebibytes(2), expectedRequestSize: Memory.mebibytes(1) };
  const names = filtersOf(patches(sizes).list).map((filter) => field(filter, 'name'));
  assert.deepEqual(names, ['vcf-ai-platform.capacity', 'vcf-ai-platform.event-streams']);
});

test('the external processor takes all calls that the filter lets in', () => {
  const { envoy, list } = patches();
  const thresholds = field(list[0], 'operation.value.circuit_breakers.thresholds.0');
  for (const kind of ['max_connections', 'max_pending_requests', 'max_requests']) {
    assert.ok(Number(field(thresholds, kind)) > 2 * envoy.maxConnections * 100, kind);
  }
});

test('every 503 says when to come back', () => {
  const mapper = 'operation.value.mappers.0';
  const reply = patches().list.at(-1);
  assert.equal(field(reply, `${mapper}.filter.status_code_filter.comparison.value.default_value`), 503);
  assert.deepEqual(field(reply, `${mapper}.headers_to_add.0`), {
    header: { key: 'retry-after', value: '5' },
    append_action: 'ADD_IF_ABSENT',
  });
});

test('the patches are of the listener with TLS where there is one', () => {
  const listeners = (settings: Partial<AiGatewayProps>) =>
    new Set(
      patches(settings)
        .list.slice(1)
        .map((patch) => field(patch, 'name')),
    );
  assert.deepEqual(listeners({}), new Set(['ai-gateway/ai-gateway/http']));
  const certificate = { certificate: 'chain', key: 'key' };
  assert.deepEqual(listeners({ certificate }), new Set(['ai-gateway/ai-gateway/https']));
});

test('the collector of the external processor works harder near the limit of its memory', () => {
  const scope = chart();
  gatewayIn(scope, { memory: Memory.gibibytes(2) });
  const env = field(only(manifests(scope), 'GatewayConfig'), 'spec.extProc.kubernetes.env');
  assert.deepEqual(env, [{ name: 'GOMEMLIMIT', value: '1945MiB' }]);
});
