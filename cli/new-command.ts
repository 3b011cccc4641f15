import { relative } from 'node:path';
import { Command, Option } from 'commander';
import { type Answers, QUESTIONS, TEMPLATES, type Template } from './new-questions';

interface NewOptions extends Partial<Answers> {
  readonly like: Template;
  readonly force?: true;
  readonly yes?: true;
}

/** Asks for what no flag says, on a terminal; elsewhere, and with `--yes`, the template's value stands. */
async function complete(given: NewOptions, defaults: Answers): Promise<Answers> {
  const answers: Record<string, string> = {};
  const asking = process.stdin.isTTY && process.stdout.isTTY && !given.yes;
  for (const { key, asks } of QUESTIONS) {
    const said = given[key];
    if (said !== undefined || !asking) {
      answers[key] = said ?? defaults[key];
      continue;
    }
    const { input } = await import('@inquirer/prompts');
    answers[key] = await input({ message: asks, default: defaults[key], required: true });
  }
  return answers as unknown as Answers;
}

/** `vcf-ai new ENV`. */
export function newCommand(): Command {
  const command = new Command('new')
    .description(
      'write the stack file of a new environment; asks questions on a terminal, otherwise takes flags',
    )
    .argument('<env>', 'name of the environment, its stack and its file')
    .addOption(
      new Option('--like <env>', 'environment to use as the template').choices(TEMPLATES).default('dev'),
    )
    .option('-y, --yes', 'ask no questions')
    .option('--force', 'replace an existing file')
    .action(async (environment: string, options: NewOptions) => {
      const { defaultAnswers, writeEnvironment } = await import('./new.js');
      const { loadStack, projectDir } = await import('./stack.js');
      const answers = await complete(options, defaultAnswers(environment, options.like));
      const folder = projectDir();
      const file = writeEnvironment(environment, options.like, answers, {
        folder,
        ...(options.force && { force: true }),
      });
      const { missingSecrets } = loadStack(environment, folder);
      console.log(`✓ ${relative('.', file)}: based on ${options.like}; review it`);
      console.log(`  pulumi stack init ${environment}`);
      console.log(`  ${missingSecrets.length} secrets to set, listed at the top of the file`);
      console.log(`  npx vcf-ai check --stack ${environment}`);
    });
  for (const { flag, asks, otherwise = 'as in the template' } of QUESTIONS) {
    command.option(flag, `${asks} (default: ${otherwise})`);
  }
  return command;
}
