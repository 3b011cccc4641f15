import { Command, Option } from 'commander';
import type { DescribeOptions, DrawOptions } from './arrivals';

/** `vcf-ai arrivals …`: 0 done, 1 the law or a value is refused, 2 a file could not be read. */
export function arrivalsCommand(): Command {
  const arrivals = new Command('arrivals').description(
    'when requests come: describe a trace or an access log, draw from a law',
  );
  arrivals
    .command('describe')
    .description(
      'tell rate, CV of gaps, index of dispersion and what law it resembles; of traces of Azure, Mooncake, BurstGPT, ServeGen and TraceLab, and of any CSV or JSON Lines',
    )
    .argument('<file...>', 'traces, also compressed with gzip; - for standard input')
    .option('--column <name>', 'column or field with the time; its number where there is no header')
    .addOption(
      new Option('--unit <unit>', 'of times that are numbers (default: by their size)').choices([
        's',
        'ms',
        'us',
        'ns',
      ]),
    )
    .option('--fit', 'fit laws, and compare their theory with the trace')
    .option('--law <law>', 'test against a law of which all is known: gamma:rate=0.13,cv=1.5')
    .option('--json', 'print it as JSON')
    .action(async (files: string[], options: DescribeOptions) =>
      (await import('./arrivals.js')).describeFiles(files, options),
    );
  arrivals
    .command('draw')
    .description('print arrivals that are drawn from a law, in seconds, one a line')
    .argument(
      '<law>',
      'exponential:rate=0.13, gamma:rate=0.13,cv=1.5, mmpp:on=40/2s,off=0/8s (rates of one user, per second), or a file of ServeGen',
    )
    .requiredOption('--seconds <n>', 'how long: 600, or 10m')
    .option('--seed <n>', 'another one gives other arrivals', '1')
    .option('--users <n>', 'how many users follow the law', '1')
    .addOption(
      new Option(
        '--scope <scope>',
        'user: each on its own, which washes bursts out; profile: all of them together',
      )
        .choices(['user', 'profile'])
        .default('user'),
    )
    .option('--json', 'print lines of JSON')
    .action(async (law: string, options: DrawOptions) => (await import('./arrivals.js')).draw(law, options));
  return arrivals;
}
