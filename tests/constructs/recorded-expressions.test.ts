import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exposedNames, METRICS, type Metric, type PlatformSeries } from '../../base/metrics';
import { RECORDED_EXPRESSIONS } from '../../constructs/recorded-expressions';
import { assertPromtool, type Input, type UnitTest } from './alerts/promtool';
import { AT, NUMBERS } from './recorded-expressions.cases';

const all = Object.entries(NUMBERS) as [PlatformSeries, (typeof NUMBERS)[PlatformSeries]][];

const asks = (
  name: PlatformSeries,
  shows: string,
  input: Input,
  expected: Readonly<Record<string, number>>,
) => ({
  name: `${name}: ${shows}`,
  input,
  // The last bits of a sum of fractions are of no interest.
  queries: [{ at: AT, expr: `round((${RECORDED_EXPRESSIONS[name]}) * 1e9) / 1e9`, expected }],
});

test('every recorded series has the value that was worked out by hand [recorded-values]', async () => {
  await assertPromtool(
    [],
    all.map(([name, { input, expected }]) => asks(name, 'by hand', input, expected)),
  );
});

/** Counters that stand still. */
const still = (input: Input): Input =>
  Object.fromEntries(Object.keys(input).map((series) => [series, `7+0x${AT / 15}`]));

test('means, quantiles and shares are absent while nothing happens, and never NaN', async () => {
  const sparse = all.filter(([, { absentWhenIdle }]) => absentWhenIdle);
  assert.ok(sparse.length > 10);
  await assertPromtool(
    [],
    sparse.map(([name, { input }]) => asks(name, 'idle', still(input), {})),
  );
});

test('while nothing ends, preemptions are divided by one request a minute', async () => {
  const labels = 'namespace="ai", model_name="m"';
  const input = {
    [`vllm:num_preemptions_total{${labels}}`]: `0+7.5x${AT / 15}`,
    [`vllm:request_success_total{${labels}, finished_reason="stop"}`]: `9+0x${AT / 15}`,
  };
  const expected = { '{model_name="m", namespace="ai"}': 30 };
  await assertPromtool([], [asks('llm:preemptions:ratio1m', 'thrashing', input, expected)]);
});

test('a model of which the gateway counts nothing drifts by all of its tokens', async () => {
  const input = {
    'vllm:prompt_tokens_total{model_name="m"}': `0+15000x${AT / 15}`,
    'vllm:generation_tokens_total{model_name="m"}': `0+1500x${AT / 15}`,
  };
  await assertPromtool(
    [],
    [asks('llm:flow_drift:ratio1h', 'nothing is counted', input, { '{model_name="m"}': 1 })],
  );
});

/** The series of a metric under one of its earlier names; undefined where the input has none of its series. */
function renamed(input: Input, metric: Metric, earlier: string): Input | undefined {
  const names = exposedNames(metric, metric.name);
  const old = exposedNames(metric, earlier);
  const entries = Object.entries(input).map(([series, values]) => {
    const index = names.indexOf(series.split('{')[0] ?? '');
    return [index === -1 ? series : series.replace(names[index] ?? '', old[index] ?? ''), values] as const;
  });
  return entries.every(([series]) => series in input) ? undefined : Object.fromEntries(entries);
}

/** For every metric that had another name, and every series that is recorded of it. */
const renames = Object.values<Metric>(METRICS).flatMap((metric) =>
  metric.formerly.flatMap((earlier) =>
    all.flatMap(([name, { input, expected }]) => {
      const before = renamed(input, metric, earlier);
      return before === undefined ? [] : [{ name, earlier, input, before, expected }];
    }),
  ),
);

test('an earlier name of a metric gives the same value, and both names together count once [renamed-values]', async () => {
  const covered = new Set(renames.map(({ earlier }) => earlier));
  const earlier = Object.values<Metric>(METRICS).flatMap(({ formerly }) => formerly);
  assert.ok(earlier.length > 4);
  assert.deepEqual(
    earlier.filter((name) => !covered.has(name)),
    [],
  );
  await assertPromtool(
    [],
    renames.flatMap(({ name, earlier: old, input, before, expected }): UnitTest[] => [
      asks(name, `under ${old} alone`, before, expected),
      asks(name, `under ${old} too`, { ...input, ...before }, expected),
    ]),
  );
});

test('while an upgrade rolls out, replicas with the old and with the new name add up', async () => {
  const input = {
    'vllm:kv_cache_usage_perc{namespace="ai", model_name="m", pod="new"}': `0.2+0x${AT / 15}`,
    'vllm:gpu_cache_usage_perc{namespace="ai", model_name="m", pod="old"}': `0.6+0x${AT / 15}`,
  };
  const expected = { '{model_name="m", namespace="ai"}': 0.4 };
  await assertPromtool([], [asks('llm:kv_cache_usage:avg', 'two versions', input, expected)]);
});
