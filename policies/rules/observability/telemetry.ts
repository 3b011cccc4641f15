import { costKeysOf } from '../../ai-routes';
import { defineRule } from '../../rule';
import { controller } from '../gateway/samples';

const PROXY = 'envoyproxy/ai/chat';
const CONTROLLER = 'deployment/envoy-ai-gateway-system/ai-gateway-controller';
const CONFIG = 'gatewayconfig/ai/chat';
const ENV = '/spec/extProc/kubernetes/env';

const HIDING = ['OPENINFERENCE_HIDE_INPUTS', 'OPENINFERENCE_HIDE_OUTPUTS'];
const EXPORTING = '^OTEL_(TRACES_EXPORTER|EXPORTER_OTLP_ENDPOINT|EXPORTER_OTLP_TRACES_ENDPOINT)$';

const env = (...names: readonly string[]) => ({
  [CONFIG]: {
    spec: {
      extProc: {
        kubernetes: {
          env: [
            { name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', value: 'http://collector.observability.svc:4317' },
            ...names.map((name) => ({ name, value: 'true' })),
          ],
        },
      },
    },
  },
});

export const quietLogs = defineRule({
  id: 'R37',
  title: 'logs and traces contain no keys, and prompts only on request',
  effect: 'unsafe',
  why:
    'At level debug the external processor of the AI gateway logs headers with the keys of the providers, ' +
    'even with redaction, and Envoy logs the headers of the clients. Spans contain prompts and answers unless ' +
    'they are hidden.',
  source: 'envoyproxy/ai-gateway#2435, #2436 and #2508; AI Gateway 1.0, internal/tracing/openinference',
  fix:
    'use level info or warn, and set OPENINFERENCE_HIDE_INPUTS and OPENINFERENCE_HIDE_OUTPUTS; set them to ' +
    'false where prompts are wanted',
  area: 'observability',
  scope: 'object',
  kinds: ['EnvoyProxy', 'Deployment', 'GatewayConfig'],
  good: [
    { shows: 'warnings', change: { [PROXY]: { spec: { logging: { level: { default: 'warn' } } } } } },
    { shows: 'spans without prompts', change: env(...HIDING) },
    {
      shows: 'a controller that says what it does',
      change: controller({ logLevel: 'info', extProcLogLevel: 'info' }),
    },
  ],
  bad: [
    {
      shows: 'one component at debug',
      change: { [PROXY]: { spec: { logging: { level: { default: 'warn', http: 'debug' } } } } },
      finds: [`${PROXY} /spec/logging/level`],
    },
    {
      shows: 'the external processor at debug',
      change: controller({ extProcLogLevel: 'debug' }),
      finds: [`${CONTROLLER} /spec/template/spec/containers/0/args`],
    },
    {
      shows: 'spans, and nothing about prompts',
      change: env(),
      finds: [`${CONFIG} ${ENV}`],
    },
  ],
  checks: [
    {
      expression:
        'params.development || !object.?spec.logging.level.orValue({}).exists(component, object.spec.logging.level[component] in ["debug", "trace"])',
      pointer: '/spec/logging/level',
      problem: 'Envoy logs the headers of clients',
    },
    {
      each: ['spec.template.spec.containers'],
      as: ['container'],
      expression:
        'params.development || !container.?args.orValue([]).exists(arg, arg.startsWith("--extProcImage=")) || ' +
        '!container.args.exists(arg, arg.matches("^--?(extProcLogLevel|logLevel)=(debug|trace)$"))',
      pointer: '/spec/template/spec/containers/*/args',
      problem: 'the AI gateway logs the keys of the providers',
    },
    {
      expression:
        `!object.?${ENV.slice(1).replaceAll('/', '.?')}.orValue([]).exists(entry, entry.name.matches("${EXPORTING}")) || ` +
        `${JSON.stringify(HIDING)}.all(name, object${ENV.replaceAll('/', '.')}.exists(entry, entry.name == name))`,
      pointer: ENV,
      problem: 'spans contain prompts and answers, and neither variable is set',
    },
  ],
});

export const sampling = defineRule({
  id: 'R48',
  title: 'the sampling rate of traces is set',
  effect: 'fragile',
  why:
    'By default Envoy traces every request: a collector that was sized for a tenth of them drops spans and ' +
    'slows down the proxies.',
  source: 'Envoy Gateway 1.8, api/v1alpha1/tracing_types.go',
  fix: 'set samplingRate, in percent, or samplingFraction',
  area: 'observability',
  scope: 'object',
  kinds: ['EnvoyProxy'],
  good: [{ shows: 'a tenth', change: tracing({ samplingRate: 10 }) }],
  bad: [{ shows: 'nothing', change: tracing({}), finds: [`${PROXY} /spec/telemetry/tracing/samplingRate`] }],
  checks: [
    {
      expression:
        '!object.?spec.telemetry.tracing.hasValue() || object.spec.telemetry.tracing.?samplingRate.hasValue() || ' +
        'object.spec.telemetry.tracing.?samplingFraction.hasValue()',
      pointer: '/spec/telemetry/tracing/samplingRate',
      problem: 'every request is traced',
      patch: [{ op: 'add', path: '/spec/telemetry/tracing/samplingRate', value: 10 }],
    },
  ],
});

function tracing(change: object): Record<string, object> {
  const provider = {
    type: 'OpenTelemetry',
    backendRefs: [{ group: 'gateway.envoyproxy.io', kind: 'Backend', name: 'spare', port: 4317 }],
  };
  return { [PROXY]: { spec: { telemetry: { tracing: { provider, ...change } } } } };
}

export const countedTokens = defineRule({
  id: 'O05',
  title: 'every AI route counts tokens',
  effect: 'fragile',
  why:
    'Only for routes with llmRequestCosts does the AI gateway ask models to report the tokens of streamed ' +
    'answers: without it, a streamed call costs nothing in metrics, logs and budgets.',
  source: 'AI Gateway 1.0, internal/extproc/processor_impl.go (stream_options.include_usage)',
  fix: 'set llmRequestCosts on the route, or globalLLMRequestCosts in the GatewayConfig',
  area: 'observability',
  scope: 'graph',
  kinds: ['AIGatewayRoute'],
  fields: ['aigatewayroute/ai/chat /spec/llmRequestCosts'],
  good: [
    {
      shows: 'costs for all routes of the Gateway',
      change: {
        'aigatewayroute/ai/chat': { spec: { llmRequestCosts: null } },
        [CONFIG]: {
          spec: { globalLLMRequestCosts: [{ metadataKey: 'llm_total_token', type: 'TotalToken' }] },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'nothing is counted',
      change: { 'aigatewayroute/ai/chat': { spec: { llmRequestCosts: null } } },
      finds: ['aigatewayroute/ai/chat /spec/llmRequestCosts'],
    },
  ],
  check(all, one) {
    if (costKeysOf(all, one).length > 0) return [];
    return [{ pointer: '/spec/llmRequestCosts', problem: 'the tokens of streamed answers are not counted' }];
  },
});
