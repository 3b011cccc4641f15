import { cpus } from 'node:os';
import { textTable } from '../base/text-table';
import { UserError } from '../base/user-error';
import { type CfsFigures, type CfsResult, measureCfs } from '../local/cfs/trial';
import { findAll, toolchainOf } from '../local/toolchain/resolve';
import { withProgress } from './ui';

export interface BenchCfsOptions {
  readonly quota: number;
  readonly workers: number;
  readonly connections: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly json?: true;
}

/** `vcf-ai bench cfs`. */
export async function benchCfs(options: BenchCfsOptions): Promise<void> {
  const { quota, workers, rounds, json } = options;
  if (quota >= cpus().length) {
    throw new UserError(
      `a quota of ${quota} CPUs limits nothing on a machine with ${cpus().length}; use less, or a larger machine`,
    );
  }
  if (workers <= quota) {
    throw new UserError(`${workers} workers are not more than a quota of ${quota} CPUs has room for`);
  }
  const program = toolchainOf(await findAll()).file('envoy');
  const result = await withProgress((progress) => {
    progress.step('measuring Envoy under a CPU quota');
    return measureCfs({
      ...options,
      program,
      onRun: (count, round) => progress.note(`${count} workers, round ${round + 1} of ${rounds}`),
    });
  });
  const ratio = result.trap.p99 / result.fitted.p99;
  console.log(json ? JSON.stringify({ quota, ...result, ratio }, null, 2) : textOf(options, result, ratio));
}

function textOf({ quota, connections, rounds, seconds }: BenchCfsOptions, result: CfsResult, ratio: number) {
  const row = ({ workers, requestsPerSecond, p50, p99, throttling }: CfsFigures) => [
    `${workers} workers`,
    ...[requestsPerSecond.toFixed(0), p50.toFixed(2), p99.toFixed(2)],
    ...[`${throttling.throttled} of ${throttling.periods}`, throttling.throttledSeconds.toFixed(2)],
  ];
  const head = ['', 'requests/s', 'p50, ms', 'p99, ms', 'periods throttled', 'throttled, s'];
  return [
    `Envoy with a quota of ${quota} CPU${quota === 1 ? '' : 's'} on a machine with ${cpus().length}; ${connections} connections, ${rounds} runs of ${seconds} s each`,
    textTable(head, [row(result.trap), row(result.fitted)], 1),
    `p99 with ${result.trap.workers} workers is ${ratio.toFixed(1)} times that with ${result.fitted.workers}`,
    "latency: clients' monotonic clock, from the send to the last byte; throttling: cpu.stat of Envoy's control group",
  ].join('\n');
}
