import { Command } from 'commander';

interface Options {
  readonly stack: string;
  readonly against?: string;
  readonly state?: string;
  readonly json?: true;
}

/** `vcf-ai diff`: 0 nothing differs, 1 something does, 2 it could not be compared. */
export function diffCommand(): Command {
  return new Command('diff')
    .description(
      'say field by field what pulumi up would change of what it applied last; asks no cluster, compares no values of secrets',
    )
    .option('--stack <name>', 'stack that is compared', 'local')
    .option(
      '--against <dir>',
      'folder of vcf-ai synth --out to compare with, instead of the last applied state',
    )
    .option(
      '--state <dir>',
      'state folder of the embedded datacenter (default: $VCF_AI_STATE, else .vcf-ai in the project)',
    )
    .option('--json', 'print it as JSON')
    .action(async ({ stack: name, against, state, json }: Options) => {
      const { appliedObjects, goldenObjects } = await import('./applied.js');
      const { difference, differenceText, isSame } = await import('./diff.js');
      const { renderStack } = await import('./rendered.js');
      const { loadStack } = await import('./stack.js');
      const stack = loadStack(name);
      const before =
        against === undefined ? await appliedObjects(stack, state) : await goldenObjects(against);
      const found = difference(
        before,
        renderStack(stack).map(({ manifest }) => manifest),
      );
      console.log(json ? JSON.stringify({ stack: name, ...found }, null, 2) : differenceText(found, name));
      if (!isSame(found)) process.exitCode = 1;
    });
}
