import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';
import { Duration, parsePlatform, planBudgets, planObjectives, planPricedModels } from '../../config';
import {
  BudgetRules,
  Namespace,
  ObjectiveRules,
  RecordingRules,
  ScrapeTargets,
  VLLM_LABELS,
} from '../../constructs';
import type { LiveObject } from '../../local/kube';
import { Processes } from '../../local/process';
import { LocalPrometheus } from '../../local/prometheus';
import { findAll } from '../../local/toolchain';
import { toolchainOf } from '../../local/toolchain/resolve';
import { papersDocument } from '../config/papers-document';
import { chart, manifests } from '../constructs/support';
import { type Pages, servePages } from './board-pages';
import { newFolder } from './scratch';
import { post, type RunningStandIn, startStandIn } from './stand-in-process';

/** A platform as far as boards see it: a real Prometheus with the platform's own targets and rules, and load. */
export interface BoardPlatform {
  readonly prometheus: string;
  /** Until there were so many calls. */
  called(calls: number): Promise<void>;
  stop(): Promise<void>;
}

const MODEL = 'gpt-oss-120b';

/** Who makes which calls of a hundred, and for how long an answer. */
const CALLERS = [
  { workload: 'toolbench-agent', upTo: 50, prompt: 180, answer: 24 },
  { workload: 'swe-rebench-ide', upTo: 80, prompt: 420, answer: 40 },
  { workload: 'terminal-bench-ci', upTo: 100, prompt: 60, answer: 12 },
];

const pod = (
  name: string,
  namespace: string,
  labels: Record<string, string>,
  ...ports: string[]
): LiveObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels },
  spec: { containers: [{ name, ports: ports.map((port) => ({ name: port })) }] },
});

const ENVOY = {
  'app.kubernetes.io/name': 'envoy',
  'app.kubernetes.io/component': 'proxy',
  'app.kubernetes.io/managed-by': 'envoy-gateway',
};

const PODS = [
  pod('envoy', 'envoy-gateway-system', ENVOY, 'metrics'),
  pod('vllm', 'ai-serving', { ...VLLM_LABELS }, 'http'),
  pod('exporter', 'gpu-operator', { app: 'nvidia-dcgm-exporter' }, 'metrics'),
];

/** The paper's platform with objectives and budgets. */
const promised = () =>
  papersDocument((document) => {
    document.models[MODEL].price = { inputPerMTok: 150, outputPerMTok: 600 };
    document.models['gemini-flash'].price = { inputPerMTok: 300, outputPerMTok: 2500 };
    document.slos = {
      'ide-calls': { objective: 99, availability: { workload: 'swe-rebench-ide' } },
      'all-calls': { objective: 99.5, availability: { model: MODEL } },
      'first-token': { objective: 95, timeToFirstToken: { model: MODEL, threshold: '100ms' } },
    };
    document.budgets = {
      developers: { workloads: ['swe-rebench-ide', 'terminal-bench-ci'], amount: 20 },
      agents: { workloads: ['toolbench-agent'], amount: 5 },
    };
  });

/** The platform's own PodMonitors and PrometheusRules. */
function objects() {
  const scope = chart();
  const serving = new Namespace(scope, 'ai-serving');
  const namespace = new Namespace(scope, 'ai-observability');
  new ScrapeTargets(scope, 'targets', { namespace, serving, interval: Duration.seconds(1) });
  new RecordingRules(scope, 'ai-platform', { namespace });
  const platform = parsePlatform(promised());
  new ObjectiveRules(scope, 'ai-objectives', { namespace, objectives: planObjectives(platform) });
  const [budgets, models] = [planBudgets(platform), planPricedModels(platform)];
  new BudgetRules(scope, 'ai-budgets', { namespace, budgets, models });
  return manifests(scope) as readonly LiveObject[];
}

/** One way into both pages: pods say their path, and Prometheus asks for the one of the monitor. */
function withPaths(monitors: readonly LiveObject[]): LiveObject[] {
  const paths: Readonly<Record<string, string>> = { 'envoy-proxy': '/gateway', 'dcgm-exporter': '/gpus' };
  return monitors.map((monitor) => {
    const path = paths[monitor.metadata.name] ?? '/metrics';
    const endpoints = monitor.spec.podMetricsEndpoints.map((endpoint: object) => ({ ...endpoint, path }));
    return { ...monitor, spec: { ...monitor.spec, podMetricsEndpoints: endpoints } };
  });
}

/** What the gateway adds to a call: the white paper's 2 ms, a little less when it has little to do. */
const GATEWAY_SECONDS = { least: 0.0016, forEach: 0.0001 };

/** Seconds from hill to hill of the load, so that there is something to see. */
const WAVE = 150;

/** Calls the model server as a gateway would, a few at a time. */
class Load {
  calls = 0;
  private running = 0;
  private stopped = false;
  private readonly callers: readonly Promise<void>[];

  constructor(
    private readonly server: RunningStandIn,
    private readonly pages: Pages,
    parallel: number,
  ) {
    this.callers = Array.from({ length: parallel }, () => this.repeat());
  }

  private async repeat(): Promise<void> {
    while (!this.stopped) {
      const idle = (1 + Math.cos((Date.now() / 1000 / WAVE) * 2 * Math.PI)) / 2;
      this.pages.load(0.85 - 0.6 * idle);
      await sleep(50 + 1200 * idle * Math.random());
      await this.call();
    }
  }

  private async call(): Promise<void> {
    const at = (this.calls * 37) % 100;
    const caller = CALLERS.find(({ upTo }) => at < upTo);
    this.calls += 1;
    if (caller === undefined) return;
    const { workload, prompt, answer } = caller;
    const content = 'abcd'.repeat(prompt);
    const began = performance.now();
    this.running += 1;
    const gatewaySeconds = GATEWAY_SECONDS.least + GATEWAY_SECONDS.forEach * this.running;
    const body = { model: MODEL, messages: [{ role: 'user', content }], max_tokens: answer, stream: true };
    await (await post(`${this.server.url}/v1/chat/completions`, body)).text();
    this.running -= 1;
    const seconds = (performance.now() - began) / 1000;
    const failed = this.calls % 150 === 60;
    const tokens = { inputTokens: prompt, outputTokens: answer };
    this.pages.count({ workload, model: MODEL, seconds, gatewaySeconds, ...tokens, failed });
    if (this.calls % 25 === 0) this.pages.limited();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.callers);
  }
}

export async function startBoardPlatform(parallel = 6): Promise<BoardPlatform> {
  const toolchain = toolchainOf(await findAll());
  const state = newFolder();
  const prometheus = new LocalPrometheus(state, toolchain, await getPort({ host: '127.0.0.1' }));
  const processes = new Processes(state);
  const pages = await servePages();
  const pace = ['--first-token-delay', '85', '--token-delay', '35'];
  const server = await startStandIn('model-server', ['--model', MODEL, ...pace]);
  let load: Load | undefined;
  const stop = async () => {
    await load?.stop();
    await processes.stopAll();
    await server.stop();
    await pages.close();
  };
  const where = ({ metadata }: LiveObject) =>
    metadata.name === 'vllm' ? new URL(server.url).host : pages.address;
  try {
    const all = objects();
    const of = (kind: string) => all.filter((object) => object.kind === kind);
    prometheus.configure(withPaths(of('PodMonitor')), of('PrometheusRule'), PODS, where);
    await processes.ensure(prometheus.component);
  } catch (error) {
    await stop();
    throw error;
  }
  const running = new Load(server, pages, parallel);
  load = running;
  return {
    prometheus: prometheus.component.address ?? '',
    async called(calls) {
      while (running.calls < calls) await sleep(200);
    },
    stop,
  };
}
