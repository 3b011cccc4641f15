import { Command } from 'commander';
import type { BuildArguments, CheckArguments } from './dataset';
import { list } from './options';

/** The readers load when one is asked for, and no help text waits for them. */
const actions = () => import('./dataset.js');

/** `vcf-ai dataset …`: 0 done, 1 no session can be read or an option is refused, 2 it could not be done. */
export function datasetCommand(): Command {
  const dataset = new Command('dataset').description(
    'recorded conversations as requests: what data sets hold, and the corpus that a load test replays',
  );

  dataset
    .command('check')
    .description('say what files and folders are, what can be read of them, and what is dropped and why')
    .argument('<path...>', 'files or folders, as they were downloaded')
    .option('--json', 'print the result as JSON')
    .action(async (paths: string[], options: CheckArguments) =>
      (await actions()).checkDataSets(paths, options),
    );

  dataset
    .command('build')
    .description('make a corpus: one request for each answer; an interrupted build goes on where it was')
    .argument('<path...>', 'files or folders, as they were downloaded')
    .requiredOption('--out <dir>', 'folder of the corpus')
    .option('--sessions <counts>', 'how many of a profile, A=5000,B=865; of the others all (default: all)')
    .option('--scale <factor>', 'take so much of each, above 0 and up to 1', '1')
    .option('--seed <number>', 'of the sample', '1')
    .option(
      '--sample <over>',
      'task: a session of each task before a second one of any; row: any sessions',
      'task',
    )
    .option('--model <name>', 'model of the requests; a gateway that routes by workload takes any', 'any')
    .option('--app <profile=name>', 'x-workload-app of a profile, A=toolbench-agent; several times', list)
    .option(
      '--role-function <as>',
      'what role function becomes: user, tool, or keep to see it refused',
      'user',
    )
    .option('--max-tokens <number>', 'most tokens of an answer (default: as many as the recorded one has)')
    .option('--screen-tasks <number>', 'most tasks of a screen of OmniACT in one session (default: all)')
    .option('--json', 'print the result as JSON')
    .action(async (paths: string[], options: BuildArguments) =>
      (await actions()).buildCorpus(paths, options),
    );
  return dataset;
}
