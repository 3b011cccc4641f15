import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform, planObjectives } from '../../config';
import { LATENCY_BUCKETS } from '../../config/models/latency-buckets';
import { ServedEngine } from '../../local/stand-ins/served-engine';
import { parseMetrics } from '../../validation/metrics';
import { type Draft, papersDocument } from './papers-document';
import { refuses } from './refused';

/** The paper's document with one objective. */
const slo = (settings: object) => (document: Draft) => {
  document.slos = { one: { objective: 99, ...settings } };
};

const plan = (edit: (document: Draft) => void) => planObjectives(parsePlatform(papersDocument(edit)))[0];

const firstToken = (model: string, threshold: string) => ({ timeToFirstToken: { model, threshold } });

test('an objective has a budget without the rest of binary fractions, a month, and a minimum of errors [slo-document]', () => {
  const settings = { objective: 99.9, availability: { workload: 'swe-rebench-ide' } };
  assert.deepEqual(plan(slo(settings)), {
    name: 'one',
    target: 0.999,
    budget: 0.001,
    days: 30,
    minimumErrors: 5,
    about: { workload: 'swe-rebench-ide' },
    indicator: { kind: 'availability', labels: { workload_app: 'swe-rebench-ide' } },
  });
});

test('calls are selected by the headers of the workload, and by the name that the model has at its provider', () => {
  const both = slo({ availability: { workload: 'toolbench-agent', model: 'gemini-flash' } });
  const planned = plan((document) => {
    both(document);
    document.workloads['toolbench-agent'].match = { app: 'agent', tenant: 'acme' };
  });
  assert.deepEqual(planned?.indicator, {
    kind: 'availability',
    labels: { workload_app: 'agent', tenant: 'acme', gen_ai_request_model: 'gemini-2.5-flash' },
  });
});

test('a threshold is a bound of the histogram, however it is written', () => {
  for (const [threshold, seconds] of [
    ['500ms', 0.5],
    ['2500ms', 2.5],
    ['2s500ms', 2.5],
    ['40s', 40],
  ] as const) {
    const indicator = plan(slo(firstToken('gpt-oss-120b', threshold)))?.indicator;
    assert.deepEqual(indicator, { kind: 'timeToFirstToken', model: 'gpt-oss-120b', threshold: seconds });
  }
});

test('vLLM’s own buckets have whatever bounds their owner chose', () => {
  const own = slo(firstToken('gpt-oss-120b', '300ms'));
  const planned = plan((document) => {
    own(document);
    document.models['gpt-oss-120b'].vllm.extraArgs = { 'custom-histogram-buckets': '{"ttft":[0.3]}' };
  });
  assert.equal(planned?.indicator.kind, 'timeToFirstToken');
});

test('the bounds are those of the page of a model server', async () => {
  const pace = { firstTokenMs: 0, tokenMs: 0 };
  const { metrics } = new ServedEngine({ model: 'gpt-oss-120b', answerTokens: 1, pace });
  const samples = parseMetrics(await metrics.text());
  const bounds = (metric: string) =>
    samples
      .filter(({ name }) => name === `vllm:${metric}_bucket`)
      .map(({ labels }) => Number(labels.le === '+Inf' ? Number.POSITIVE_INFINITY : labels.le))
      .filter(Number.isFinite);
  assert.deepEqual(bounds('time_to_first_token_seconds'), [...LATENCY_BUCKETS.timeToFirstToken]);
  assert.deepEqual(bounds('request_time_per_output_token_seconds'), [...LATENCY_BUCKETS.timePerOutputToken]);
});

test('refuses a threshold between two bounds, and names both and all that are allowed', () => {
  refuses(
    slo(firstToken('gpt-oss-120b', '300ms')),
    'slos.one.timeToFirstToken.threshold',
    /^300ms is not the bound of a bucket of vLLM's histogram: allowed are 1ms, 5ms, 10ms, .*, 1s, 2500ms, .*, 640s, 2560s/,
    /use 250ms or 500ms/,
  );
  refuses(
    slo({ timePerOutputToken: { model: 'gpt-oss-120b', threshold: '5ms' } }),
    'slos.one.timePerOutputToken.threshold',
    /\(use 10ms\)/,
  );
});

test('refuses an objective without a budget, and one that says nothing', () => {
  const path = 'slos.one.objective';
  refuses(
    slo({ objective: 100, availability: { model: 'gpt-oss-120b' } }),
    path,
    /99\.999: the rest is the error budget/,
  );
  refuses(slo({ objective: 0.99, availability: { model: 'gpt-oss-120b' } }), path, /percentage from 50/);
});

test('refuses none and two of what an objective can be about', () => {
  refuses(
    slo({}),
    'slos.one',
    /exactly one of availability, timeToFirstToken and timePerOutputToken, and has none/,
  );
  refuses(
    slo({ ...firstToken('gpt-oss-120b', '1s'), availability: { model: 'gpt-oss-120b' } }),
    'slos.one',
    /has availability and timeToFirstToken/,
  );
  refuses(slo({ availability: {} }), 'slos.one.availability', /a map with workload, model or both/);
});

test('refuses names of workloads and models that are not there', () => {
  refuses(
    slo({ availability: { workload: 'toolbench-agnt' } }),
    'slos.one.availability.workload',
    /not a workload of this platform: known workloads are .*did you mean toolbench-agent/s,
  );
  refuses(slo({ availability: { model: 'gpt' } }), 'slos.one.availability.model', /is not a model/);
  refuses(
    slo(firstToken('gpt-oss-120', '1s')),
    'slos.one.timeToFirstToken.model',
    /did you mean gpt-oss-120b/,
  );
});

test('refuses times of a model that vLLM does not serve', () => {
  refuses(
    slo(firstToken('gemini-flash', '1s')),
    'slos.one.timeToFirstToken.model',
    /only vLLM measures this time/,
    /use availability, or gpt-oss-120b/,
  );
});

test('refuses a route, whose calls are counted under the models that answer', () => {
  refuses(
    (document) => {
      slo({ availability: { model: 'chat' } })(document);
      document.models.chat = { route: { fallback: ['gpt-oss-120b', 'gemini-flash'] } };
      document.workloads.assistant = { model: 'chat' };
    },
    'slos.one.availability.model',
    /chat is a route/,
  );
});
