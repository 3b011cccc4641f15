import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nearestRank } from '../../base/sample';
import { CpuGroup, type Throttling } from '../cpu-group';
import { scriptArgs } from '../paths';
import type { HammerOrder, HammerTold } from './hammer';
import { startLimitedEnvoy } from './proxy';

export interface CfsProps {
  /** Path of Envoy. */
  readonly program: string;
  /** CPUs of the quota: a whole number, for which there can be as many workers. */
  readonly quota: number;
  /** Workers in the trap. */
  readonly workers: number;
  readonly connections: number;
  /** Of each run. */
  readonly seconds: number;
  /** Runs of each kind, in turn. */
  readonly rounds: number;
  readonly onRun?: (workers: number, round: number) => void;
}

/** What clients saw of an Envoy, and what the kernel did to it; times in milliseconds, over all rounds. */
export interface CfsFigures {
  readonly workers: number;
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly throttling: Throttling;
}

export interface CfsResult {
  readonly trap: CfsFigures;
  readonly fitted: CfsFigures;
}

/** Seconds before each run that count for nothing: connections to the upstream are made. */
const WARM_UP = 1;

/**
 * The same closed load on an Envoy with far more workers than its CPU quota, and on one with as many as that: in turn,
 * with the order turned around each time. Clients and upstream are in a group of their own, so that what else runs on
 * the machine takes from neither.
 *
 * @throws UserError where control groups cannot be written.
 */
export async function measureCfs(props: CfsProps): Promise<CfsResult> {
  const { quota, workers, rounds } = props;
  const folder = mkdtempSync(join(tmpdir(), 'cfs-'));
  const group = CpuGroup.create(`vcf-ai-cfs-load-${process.pid}`, {});
  const hammer = spawn(process.execPath, scriptArgs('local/cfs/hammer.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(hammer, 'exit');
  const runs: Run[] = [];
  try {
    const upstream = await told(hammer, (one) => ('upstream' in one ? one.upstream : undefined));
    group.add(hammer.pid as number);
    for (let round = 0; round < rounds; round += 1) {
      for (const count of round % 2 === 0 ? [workers, quota] : [quota, workers]) {
        props.onRun?.(count, round);
        runs.push(await runOnce(props, { count, upstream, hammer, folder }));
      }
    }
  } finally {
    hammer.kill('SIGKILL');
    await exited;
    await group.remove();
    rmSync(folder, { recursive: true });
  }
  const of = (count: number) =>
    figures(
      runs.filter((run) => run.workers === count),
      props,
    );
  return { trap: of(workers), fitted: of(quota) };
}

interface Run {
  readonly workers: number;
  readonly latencies: readonly number[];
  readonly throttling: Throttling;
}

interface Setting {
  readonly count: number;
  readonly upstream: number;
  readonly hammer: ChildProcess;
  readonly folder: string;
}

async function runOnce(props: CfsProps, { count, upstream, hammer, folder }: Setting): Promise<Run> {
  const { program, quota, connections, seconds } = props;
  const group = CpuGroup.create(`vcf-ai-cfs-${process.pid}`, { cpus: quota });
  try {
    const envoy = await startLimitedEnvoy({ program, folder, group, workers: count, upstream });
    try {
      const ask = (order: HammerOrder) => {
        const answered = told(hammer, (one) => ('latencies' in one ? one.latencies : undefined));
        hammer.send(order);
        return answered;
      };
      await ask({ port: envoy.port, connections, seconds: WARM_UP });
      const before = group.throttling();
      const latencies = await ask({ port: envoy.port, connections, seconds });
      return { workers: count, latencies, throttling: difference(group.throttling(), before) };
    } finally {
      await envoy.stop();
    }
  } finally {
    await group.remove();
  }
}

/** Waits for a message of one kind; fails when the process ends instead. */
function told<T>(child: ChildProcess, pick: (told: HammerTold) => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the clients of the measurement ended'));
    const take = (message: unknown) => {
      const found = pick(message as HammerTold);
      if (found === undefined) return;
      child.off('message', take);
      child.off('exit', ended);
      resolve(found);
    };
    child.on('message', take);
    child.once('exit', ended);
  });
}

const difference = (after: Throttling, before: Throttling): Throttling => ({
  periods: after.periods - before.periods,
  throttled: after.throttled - before.throttled,
  throttledSeconds: after.throttledSeconds - before.throttledSeconds,
});

function figures(runs: readonly Run[], { seconds }: CfsProps): CfsFigures {
  const sorted = runs.flatMap(({ latencies }) => latencies).sort((a, b) => a - b);
  const sum = (of: (throttling: Throttling) => number) =>
    runs.reduce((all, { throttling }) => all + of(throttling), 0);
  return {
    workers: runs[0]?.workers ?? Number.NaN,
    requests: sorted.length,
    requestsPerSecond: sorted.length / (runs.length * seconds),
    ...{ p50: nearestRank(sorted, 0.5), p99: nearestRank(sorted, 0.99) },
    throttling: {
      periods: sum(({ periods }) => periods),
      throttled: sum(({ throttled }) => throttled),
      throttledSeconds: sum((one) => one.throttledSeconds),
    },
  };
}
