import { METRICS, type Metric, namesOf, TOKEN_TYPE_LABEL, TOKEN_TYPES } from '../base/metrics';
import { TOKEN_KINDS, type TokenKind } from '../ledger/record';
import type { Counts } from './clock';
import type { Labels } from './counters';

/** A counter of a source. */
export interface Counter {
  /** The current name, then those of earlier versions. */
  readonly names: readonly string[];
  /** Matchers of labels in PromQL. */
  readonly where: readonly string[];
  /** What a series of it counts; undefined for what an audit does not ask. */
  readonly kindOf: (labels: Labels) => TokenKind | 'requests' | undefined;
}

/** Counters in a Prometheus that tell tokens of models. */
export interface CounterSource {
  readonly what: string;
  readonly modelLabel: string;
  readonly counts: Counts;
  readonly counters: readonly Counter[];
}

/** Kinds by what the label of their type says. */
const KINDS = new Map<string | undefined, TokenKind>(TOKEN_KINDS.map((kind) => [TOKEN_TYPES[kind], kind]));

const always = (metric: Metric, kind: TokenKind | 'requests'): Counter => ({
  ...{ names: namesOf(metric), where: [], kindOf: () => kind },
});

/** The external processor: it counts an answer at its end. */
export const GATEWAY: CounterSource = {
  what: 'the gateway’s external processor',
  modelLabel: 'gen_ai_request_model',
  counts: 'at the end',
  counters: [
    {
      names: namesOf(METRICS.gatewayTokens).map((name) => `${name}_sum`),
      where: [],
      kindOf: (labels) => KINDS.get(labels[TOKEN_TYPE_LABEL]),
    },
    {
      names: namesOf(METRICS.gatewayDuration).map((name) => `${name}_count`),
      // Of calls that succeeded: an attempt that failed is counted too, and is no record of its own.
      where: ['error_type=""'],
      kindOf: () => 'requests',
    },
  ],
};

/** vLLM: it counts the prompt when it is computed, and every token as it is generated. */
export const ENGINE: CounterSource = {
  what: 'the model servers',
  modelLabel: 'model_name',
  counts: 'while it runs',
  counters: [
    always(METRICS.promptTokens, 'input'),
    always(METRICS.generatedTokens, 'output'),
    always(METRICS.finished, 'requests'),
  ],
};
