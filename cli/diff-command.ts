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
      'show the fields that pulumi up would change since the last update; needs no cluster, does not compare values of secrets',
    )
    .option('--stack <name>', 'stack to compare', 'local')
    .option(
      '--against <dir>',
      'folder written by vcf-ai synth --out to compare with, instead of the last update',
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
