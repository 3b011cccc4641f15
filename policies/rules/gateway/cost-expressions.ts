import { TypeError as CelTypeError, Environment, EvaluationError, ParseError } from '@marcbachmann/cel-js';
import type { Manifest } from '../../../base/manifest';
import { select } from '../../pointer';
import { defineRule } from '../../rule';

const TEXTS = ['model', 'backend', 'route_name'];

const TOKENS = [
  'input_tokens',
  'cached_input_tokens',
  'cache_creation_input_tokens',
  'output_tokens',
  'total_tokens',
  'reasoning_tokens',
];

/** Where the AI gateway takes expressions over the tokens of a call. */
const PLACES = [
  '/spec/llmRequestCosts/*/cel',
  '/spec/globalLLMRequestCosts/*/cel',
  '/spec/serviceQuota/quota/costExpression',
  '/spec/perModelQuotas/*/quota/costExpression',
];

const COST = '/spec/llmRequestCosts/0/cel';

const cost = (cel: string) => ({
  'aigatewayroute/ai/oss': {
    spec: { llmRequestCosts: [{ metadataKey: 'llm_total_token', type: 'CEL', cel }] },
  },
});

const bad = (shows: string, cel: string) => ({
  shows,
  change: cost(cel),
  finds: [`aigatewayroute/ai/oss ${COST}`],
});

export const costExpressions = defineRule({
  id: 'R31',
  title: 'the cost of a call is an expression that the AI gateway can evaluate',
  effect: 'failing',
  why:
    'One expression that does not compile invalidates the configuration of the whole Gateway: no later change ' +
    'of any of its routes is published, while all of them have Accepted=True. Token counts are unsigned, and ' +
    'CEL does not mix types: use 4u, not 4 or 0.5. Each expression is first evaluated with zeros.',
  source: 'AI Gateway 1.0, internal/llmcostcel/cel.go',
  fix: 'write whole numbers with the suffix u, as in input_tokens + 4u * output_tokens',
  area: 'gateway',
  scope: 'graph',
  kinds: ['AIGatewayRoute', 'GatewayConfig', 'QuotaPolicy'],
  good: [
    { shows: 'a price for each kind of token', change: cost('input_tokens + 4u * output_tokens') },
    { shows: 'signed numbers', change: cost('int(input_tokens) * 2') },
    { shows: 'a price for a model', change: cost('model == "gpt" ? 2u * total_tokens : total_tokens') },
  ],
  bad: [
    bad('a price with a fraction', 'output_tokens * 0.5'),
    bad('a signed number among unsigned ones', 'output_tokens * 4'),
    bad('a variable that is not there', 'completion_tokens'),
    bad('half an expression', 'input_tokens +'),
    bad('no whole number', 'double(input_tokens)'),
    bad('a division by a count that can be zero', 'total_tokens / output_tokens'),
    bad('less than nothing', 'input_tokens - 1u'),
  ],
  check: (_, one) =>
    PLACES.flatMap((place) => select(one as Manifest, place)).flatMap(({ pointer, value }) => {
      const problem = complaint(`${value}`);
      return problem === undefined ? [] : [{ pointer, value, problem }];
    }),
});

let environment: Environment | undefined;

/** The variables that the AI gateway gives to a cost expression. */
function costs(): Environment {
  if (environment !== undefined) return environment;
  environment = new Environment().registerFunction('int(uint): int', (n) => BigInt(n));
  for (const name of TEXTS) environment.registerVariable(name, 'string');
  for (const name of TOKENS) environment.registerVariable(name, 'uint');
  return environment;
}

/** Why an expression is no cost, as the AI gateway's controller would find. */
function complaint(expression: string): string | undefined {
  try {
    const program = costs().parse(expression);
    const { valid, type, error } = program.check();
    if (!valid) return `does not compile: ${firstLine(error)}`;
    if (type !== 'int' && type !== 'uint') return `has type ${type} and must be a whole number`;
    const result = program({ ...fromEntries(TEXTS, 'any'), ...fromEntries(TOKENS, costs().evaluate('0u')) });
    return BigInt(result) < 0n ? `is ${result} for a call without tokens` : undefined;
  } catch (error) {
    if (error instanceof ParseError) return `does not compile: ${firstLine(error)}`;
    if (error instanceof EvaluationError || error instanceof CelTypeError) {
      return `has no value for a call without tokens: ${firstLine(error)}`;
    }
    throw error;
  }
}

function fromEntries(names: readonly string[], value: unknown): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

function firstLine(error: Error | undefined): string {
  return (error?.message ?? '').split('\n', 1)[0] ?? '';
}
