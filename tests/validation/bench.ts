import type { Platform } from '../../config';
import { type CaseResult, type Report, runFunctionalSuite, type Target } from '../../validation';
import { firstModel } from '../../validation/subjects';
import { type RunningStandIn, startStandIn } from '../local/stand-in-process';
import { FakeGateway, type Fault, type Route } from './fake-gateway';

export const KEY = 'the-one-real-key-of-the-tests';

/** Real stand-in processes, behind which every run gets a gateway of its own. */
export interface Bench {
  readonly modelServer: RunningStandIn;
  readonly provider: RunningStandIn;
  stop(): Promise<unknown>;
}

const PACE = ['--first-token-delay', '5', '--token-delay', '12'];

export async function startBench(): Promise<Bench> {
  const [modelServer, provider] = await Promise.all([
    startStandIn('model-server', ['--model', 'gpt-oss-120b', ...PACE]),
    startStandIn('provider', ['--model', 'gemini-2.5-flash', ...PACE], { STAND_IN_API_KEY: KEY }),
  ]);
  return { modelServer, provider, stop: () => Promise.all([modelServer.stop(), provider.stop()]) };
}

export interface Trial {
  readonly report: Report;
  /** Ids of the cases that failed. */
  readonly failed: string[];
  /** What the suite said that it waits for. */
  readonly waits: string[];
}

export interface TrialProps {
  readonly faults?: readonly Fault[];
  readonly target?: (target: Target) => Target;
  readonly keys?: Readonly<Record<string, string>>;
  /** Before the first request. */
  readonly prepare?: (gateway: FakeGateway) => void;
  readonly onCase?: (result: CaseResult) => void;
}

/** Runs the suite against a gateway with the given faults; a wait takes no time, and fills the buckets. */
export async function trial(bench: Bench, platform: Platform, props: TrialProps = {}): Promise<Trial> {
  const gateway = await FakeGateway.start(platform, routesOf(platform, bench), props.faults ?? []);
  props.prepare?.(gateway);
  const waits: string[] = [];
  const target = targetOf(bench, gateway.url);
  try {
    const report = await runFunctionalSuite(platform, props.target?.(target) ?? target, {
      expectedKeys: props.keys ?? { 'gemini-flash': KEY },
      onProgress: (text) => waits.push(text),
      pause: async () => gateway.refill(),
      ...(props.onCase && { onCase: props.onCase }),
    });
    const failed = report.cases.filter((one) => !one.passed && one.notApplicable === undefined);
    return { report, failed: failed.map(({ id }) => id), waits };
  } finally {
    gateway.stop();
  }
}

function targetOf({ modelServer, provider }: Bench, url: string): Target {
  return {
    gateway: url,
    envoyStats: [`${url}/stats/prometheus`],
    extprocMetrics: [`${url}/metrics`],
    prometheus: url,
    upstreams: [
      {
        name: 'gpt-oss-120b',
        kind: 'model-server',
        url: modelServer.url,
        admin: modelServer.admin,
        standIn: true,
      },
      { name: 'gemini', kind: 'provider', url: provider.url, admin: provider.admin, standIn: true },
    ],
  };
}

function routesOf(platform: Platform, { modelServer, provider }: Bench): Route[] {
  return platform.workloads.map((workload) => {
    const {
      name,
      limits: { requestsPerMinute },
    } = workload;
    const model = firstModel(workload);
    const limit = requestsPerMinute === undefined ? {} : { bucket: requestsPerMinute };
    return model === 'gemini-flash'
      ? {
          workload: name,
          url: provider.url,
          path: '/v1beta/openai/chat/completions',
          model: 'gemini-2.5-flash',
          key: KEY,
          ...limit,
        }
      : { workload: name, url: modelServer.url, path: '/v1/chat/completions', model, ...limit };
  });
}
