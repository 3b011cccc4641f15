import { Command } from 'commander';
import { wholeNumber } from '../local/stand-ins/options';
import type { BenchCfsOptions } from './bench-cfs';
import type { BenchOverheadOptions } from './bench-overhead';
import { list } from './options';

/** `vcf-ai bench …`: 0 measured, 1 measured and not what was claimed, 2 it could not be measured. */
export function benchCommand(): Command {
  const bench = new Command('bench').description(
    'measure what a gateway costs, and what a CPU quota does to it',
  );
  bench
    .command('overhead')
    .description('what the gateway adds to a request: paired with direct calls, with a confidence interval')
    .option('--gateway <url>', "gateway (default: that of the stack's embedded datacenter)")
    .option('--direct <url>', 'model server behind it (default: that of the embedded datacenter)')
    .option('--litellm <url>', "LiteLLM's proxy before the same model server, for comparison")
    .option('--stack <name>', 'stack whose workloads ask', 'local')
    .option('--state <dir>', 'state folder (default: $VCF_AI_STATE, else .vcf-ai in the project)')
    .option('--corpus <dir>', 'corpus of vcf-ai dataset build (default: made-up conversations)')
    .option(
      '--model <name>',
      'what made-up conversations ask for (default: what the model server says it serves)',
    )
    .option('--app <profile=workload>', 'the workload that asks for a profile', list)
    .option('--header <name: value>', 'header of every request to the gateway, such as a credential', list)
    .option('--users <n>', 'users who ask at once', wholeNumber(1), 4)
    .option('--seconds <n>', 'of each run', wholeNumber(1), 8)
    .option('--rounds <n>', 'runs of each way that count, after one that warms up', wholeNumber(2), 10)
    .option('--seed <n>', 'of everything that is drawn', wholeNumber(0), 1)
    .option('--json', 'print the result as JSON')
    .action(async (options: BenchOverheadOptions) =>
      (await import('./bench-overhead.js')).benchOverhead(options),
    );
  bench
    .command('cfs')
    .description('latency of a real Envoy under a CPU quota, with far more workers than it and with as many')
    .option('--quota <n>', 'CPUs', wholeNumber(1), 1)
    .option('--workers <n>', 'workers that are too many', wholeNumber(2), 64)
    .option('--connections <n>', 'clients, which ask again as soon as they are answered', wholeNumber(1), 16)
    .option('--seconds <n>', 'of each run', wholeNumber(1), 5)
    .option('--rounds <n>', 'runs of each kind', wholeNumber(1), 3)
    .option('--json', 'print the result as JSON')
    .action(async (options: BenchCfsOptions) => (await import('./bench-cfs.js')).benchCfs(options));
  return bench;
}
