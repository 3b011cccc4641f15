import { METRICS } from '../../base/metrics';
import { Duration } from '../../config';
import type { Alert } from './alert';

/** The white paper's trigger T2: the mean time to first token at three times what it is without load. */
const SATURATION = 3;

/** Below this nobody waits: three times the 20 ms of short prompts is no saturation. */
const SATURATION_FLOOR_SECONDS = 0.25;

/** The white paper's trigger T3. */
const PREEMPTIONS = 0.05;

/** Tokens of streams that clients leave are the most of it: their number is in the usage that nobody waits for. */
const DRIFT = 0.02;

/** Tokens in an hour below which a single stream would be the drift. */
const DRIFT_TOKENS = 100_000;

const { running, generatedTokens, promptTokens } = METRICS;

const tokensInAnHour = [promptTokens, generatedTokens]
  .map(({ name }) => `sum by (model_name) (increase(${name}[1h]))`)
  .join(' + ');

/** What goes wrong in model servers of vLLM. */
export const ENGINE_ALERTS: readonly Alert[] = [
  {
    name: 'EngineSaturated',
    severity: 'ticket',
    for: Duration.minutes(1),
    expr:
      `llm:ttft_seconds:mean1m > ${SATURATION} * llm:ttft_seconds:baseline1d\n` +
      `and llm:ttft_seconds:mean1m > ${SATURATION_FLOOR_SECONDS}`,
    summary: '{{ $labels.model_name }}: the first token takes {{ $value | humanizeDuration }}',
    description: `The mean time to first token is more than ${SATURATION} times that of the quiet hours of the last day: requests wait for others. More load makes every answer slower.`,
  },
  {
    name: 'EngineThrashing',
    severity: 'page',
    for: Duration.seconds(30),
    expr: `llm:preemptions:ratio1m > ${PREEMPTIONS}`,
    summary: '{{ $labels.model_name }}: {{ $value | humanize }} preemptions for each request that ends',
    description:
      'The KV cache is too small for the requests that run together: vLLM throws out running ones and computes them again, so that less and less is answered.',
  },
  {
    name: 'EngineStuck',
    severity: 'page',
    for: Duration.minutes(2),
    // By replica: beside others that work, one that hangs would not be seen. Both metrics have the same labels.
    expr: `${running.name} > 0\nand rate(${generatedTokens.name}[2m]) == 0`,
    summary:
      '{{ $labels.model_name }} on {{ $labels.pod }}: {{ $value }} requests run, and no token is generated',
    description:
      'The engine hangs, and its health check does not see it. Requests to this replica end only by the timeout of the gateway.',
  },
  {
    name: 'TokenFlowDrift',
    severity: 'ticket',
    for: Duration.minutes(15),
    expr: `abs(llm:flow_drift:ratio1h) > ${DRIFT}\nand on (model_name) ${tokensInAnHour} > ${DRIFT_TOKENS}`,
    summary:
      '{{ $labels.model_name }}: gateway and engine differ by {{ $value | humanizePercentage }} of the tokens',
    description:
      'In the last hour the engine processed tokens that the gateway did not count, or the other way round: streams that clients left, calls past the gateway, or usage that is not reported. Nobody is billed for them.',
  },
];
