import { Command, Option } from 'commander';
import { SEVERITIES, type Severity } from '../base/finding';
import type { CheckOptions } from './check';

interface Options extends CheckOptions {
  readonly format?: readonly string[];
  readonly json?: true;
  readonly level: Severity;
  readonly fix?: true;
}

const listed = (text: string, before: readonly string[] = []) => [...before, ...text.split(',')];

/** `vcf-ai check`: 0 clean, 1 findings at or above the level, 2 it could not be judged. */
export function checkCommand(): Command {
  return new Command('check')
    .description(
      'check a stack, manifests or a cdk8s program against schemas and rules; offline, without Pulumi',
    )
    .option('--stack <name>', 'stack of this project (default: local)')
    .addOption(
      new Option('--manifests <path...>', 'YAML and JSON files, folders, or - for standard input').conflicts([
        'stack',
        'app',
      ]),
    )
    .addOption(new Option('--app <file>', 'TypeScript program that builds cdk8s charts').conflicts('stack'))
    .option('--format <list>', 'text, json, sarif, junit, github; several as text,sarif=FILE', listed)
    .option('--json', 'the same as --format json')
    .addOption(
      new Option('--level <severity>', 'the lowest severity that sets exit code 1')
        .choices(SEVERITIES)
        .default('error'),
    )
    .option('--complete', 'nothing else exists: what is missing among the manifests is a fault')
    .option('--strict', 'an object of a kind that is not known is an error')
    .option('--rule <ids>', 'only these rules: R02,R13', listed)
    .addOption(
      new Option(
        '--fix',
        'fix what the rules can fix in the files, or in the document of the stack, then check',
      ).conflicts('app'),
    )
    .option('--baseline <file>', 'an earlier report (JSON or SARIF); its findings are listed as known')
    .action(async ({ format, json, level, fix, ...options }: Options) => {
      const { check, exitCode, parseFormats, writeReports } = await import('./check.js');
      const outputs = parseFormats(format ?? [json === true ? 'json' : 'text']);
      if (fix === true) {
        const said = await mended(options);
        if (said !== '') console.error(said);
      }
      const report = await check(options);
      writeReports(report, outputs);
      process.exitCode = exitCode(report, level);
    });
}

/** What was changed: in the files of manifests, or in the document of a stack. */
async function mended({ stack = 'local', manifests }: CheckOptions): Promise<string> {
  if (manifests === undefined) {
    const { fixDocument } = await import('./fix-document.js');
    return fixDocument(stack).join('\n');
  }
  const { fixManifests, fixedText } = await import('./fix.js');
  return fixedText(await fixManifests(manifests));
}
