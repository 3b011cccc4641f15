import { defineRule } from '../../rule';

const OSS = 'aigatewayroute/ai/oss';
const REFS = '/spec/rules/0/backendRefs';

const arms = (...backendRefs: readonly object[]) => ({
  [OSS]: {
    spec: {
      rules: [
        {
          matches: [{ headers: [{ name: 'x-ai-eg-model', value: 'oss' }] }],
          backendRefs,
          timeouts: { request: '600s' },
        },
      ],
    },
  },
});

export const modelArms = defineRule({
  id: 'R44',
  title: 'models that share requests have positive weights and distinct names',
  effect: 'fragile',
  why:
    'A rule whose weights are all 0 answers 500. The metrics of the AI gateway contain neither route nor ' +
    'backend, only the name of the requested model: a candidate with the same model name as the model that it ' +
    'replaces cannot be compared with it.',
  source: 'AI Gateway 1.0, internal/metrics/genai.go; Gateway API, HTTPRouteRule.backendRefs.weight',
  fix: 'give each of them a distinct modelNameOverride, and at least one of them a positive weight',
  area: 'gateway',
  scope: 'object',
  kinds: ['AIGatewayRoute'],
  good: [
    {
      shows: 'a candidate with a name of its own',
      change: arms(
        { name: 'oss', weight: 95, modelNameOverride: 'oss' },
        { name: 'spare', weight: 5, modelNameOverride: 'oss-rc1' },
      ),
    },
  ],
  bad: [
    {
      shows: 'nobody gets anything',
      change: arms({ name: 'oss', weight: 0, modelNameOverride: 'oss' }),
      finds: [`${OSS} ${REFS}`],
    },
    {
      shows: 'two models under one name',
      change: arms(
        { name: 'oss', weight: 95, modelNameOverride: 'oss' },
        { name: 'spare', weight: 5, modelNameOverride: 'oss' },
      ),
      finds: [`${OSS} ${REFS}/0/modelNameOverride`, `${OSS} ${REFS}/1/modelNameOverride`],
    },
  ],
  checks: [
    {
      each: ['spec.rules'],
      as: ['rule'],
      expression:
        'rule.?backendRefs.orValue([]).size() == 0 || rule.backendRefs.exists(ref, ref.?weight.orValue(1) > 0)',
      pointer: '/spec/rules/*/backendRefs',
      problem: 'all weights are 0',
    },
    {
      each: ['spec.rules', 'rule.backendRefs'],
      as: ['rule', 'ref'],
      expression:
        'rule.backendRefs.all(other, other.?weight.orValue(1) == ref.?weight.orValue(1)) || ' +
        'rule.backendRefs.filter(other, other.?priority.orValue(0) == ref.?priority.orValue(0) && ' +
        'other.?modelNameOverride.orValue("") == ref.?modelNameOverride.orValue("")).size() == 1',
      pointer: '/spec/rules/*/backendRefs/*/modelNameOverride',
      problem: {
        expression:
          '"another model of the rule also has the name " + ref.?modelNameOverride.orValue("of the request") + ""',
      },
    },
  ],
});
