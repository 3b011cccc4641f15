import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../local/stand-ins/options';
import { PRESETS } from '../validation/load/presets';
import { type Part, parsePart } from '../validation/replay/part';
import { LOAD_MODES } from '../validation/replay/plan';
import type { LoadExportOptions } from './load-export';
import type { LoadMergeOptions } from './load-merge';
import type { LoadPlanOptions } from './load-plan';
import type { LoadReportOptions } from './load-report';
import type { LoadRunOptions } from './load-run';
import { list } from './options';

/** `vcf-ai load …`: 0 done and all limits kept, 1 a limit was passed, 2 it could not run, or it proves nothing. */
export function loadCommand(): Command {
  const load = new Command('load').description(
    'load on a running platform: recorded conversations, arrival laws, and a ramp that telemetry gates',
  );
  planOptions(load.command('plan').description('make a plan of a load, and say what it is; nothing is sent'))
    .option('--out <file>', 'write the plan to a file (default: only say what it is)')
    .option('--json', 'print what it is as JSON')
    .action(async (options: LoadPlanOptions) => (await import('./load-plan.js')).planLoad(options));

  planOptions(load.command('run').description('run a load, and keep what happened'))
    .option('--plan <file>', 'plan of vcf-ai load plan (default: made from the options)')
    .option('--state <dir>', 'state folder (default: $VCF_AI_STATE, else .vcf-ai in the project)')
    .option('--target <url>', "gateway (default: that of the stack's embedded datacenter)")
    .option('--engine <url>', 'metrics of a model server, several times for several', list)
    .option('--prometheus <url>', 'Prometheus that scrapes the model servers')
    .option('--header <name: value>', 'header of every request, such as a credential', list)
    .option('--gate <file>', 'settings of the gate as JSON; a part of them is enough')
    .option('--no-gate', 'all users for the whole time, and no verdict')
    .option('--no-validate', 'do not run the functional suite first; the report says so')
    .option('--part <k/n>', 'only the actors whose number divided by n leaves k; needs --no-gate', part)
    .option('--time-scale <n>', 'how many times as fast as planned', wholeNumber(1), 1)
    .option('--workers <n>', 'threads', wholeNumber(1), 1)
    .option('--timeout <s>', 'seconds without a byte after which a request is given up', wholeNumber(1), 120)
    .option('--out <dir>', 'folder of the run (default: load/<time> in the state folder)')
    .option(
      '--resume <dir>',
      'go on with a run that was interrupted; of the other options only --header counts',
    )
    .option('--json', 'print the manifest as JSON')
    .action(async (options: LoadRunOptions) => (await import('./load-run.js')).runLoadCommand(options));

  load
    .command('report')
    .description('make the report of a run again, from its records alone: report.html and report.json')
    .argument('<dir>', 'folder of the run')
    .option('--json', 'print report.json')
    .action(async (dir: string, options: LoadReportOptions) =>
      (await import('./load-report.js')).reportLoad(dir, options),
    );

  load
    .command('merge')
    .description('add the runs of all parts of a plan up to one run')
    .argument('<run...>', 'folders of vcf-ai load run --part')
    .requiredOption('--out <dir>', 'folder of the whole run')
    .option('--json', 'print the manifest as JSON')
    .action(async (runs: string[], options: LoadMergeOptions) =>
      (await import('./load-merge.js')).mergeLoad(runs, options),
    );

  planOptions(load.command('export').description('write a plan for another load generator; nothing is sent'))
    .addOption(
      new Option('--to <engine>', 'Locust for users who wait, AIPerf, or a Kubernetes Job of vcf-ai load run')
        .choices(['locust', 'aiperf', 'job'])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <dir>', 'folder to write')
    .requiredOption('--target <url>', 'gateway')
    .option('--plan <file>', 'plan of vcf-ai load plan, with its --corpus (default: made from the options)')
    .option('--time-scale <n>', 'how many times as fast as planned', wholeNumber(1), 1)
    .option('--image <image>', 'of a job: image with vcf-ai as its entry point')
    .option('--parts <n>', 'of a job: pods', wholeNumber(1), 4)
    .option('--namespace <name>', 'of a job', 'load')
    .option(
      '--claim <name>',
      'of a job: PersistentVolumeClaim with plan.bin and corpus, for results too',
      'load',
    )
    .option('--authorization <secret/key>', 'of a job: Secret with the value of the header authorization')
    .option('--json', 'print what was written as JSON')
    .action(async (options: LoadExportOptions) => (await import('./load-export.js')).exportLoad(options));
  return load;
}

function part(text: string): Part {
  const found = parsePart(text);
  if (found === undefined) throw new InvalidArgumentError('use a part such as 2/8; the first is 0/8');
  return found;
}

function planOptions(command: Command): Command {
  return command
    .option('--stack <name>', 'stack whose workloads ask', 'local')
    .option('--corpus <dir>', 'corpus of vcf-ai dataset build (default: made-up conversations)')
    .option('--model <name>', 'what made-up conversations ask for; a gateway knows it by the workload', 'any')
    .addOption(
      new Option('--mode <mode>', 'users who wait for answers, or times that nothing moves')
        .choices(LOAD_MODES)
        .default('closed'),
    )
    .addOption(
      new Option('--preset <name>', 'five minutes for a laptop, or the white paper: four hours, 320 users')
        .choices(Object.keys(PRESETS))
        .default('quick'),
    )
    .option(
      '--users <n>',
      'most users; with --mode open, sessions under way (default: of the preset)',
      wholeNumber(1),
    )
    .option(
      '--seconds <n>',
      'how long; a gate fits its windows into it, and may take longer (default: of the preset)',
      wholeNumber(1),
    )
    .option('--law <profile=law>', 'arrival law of a profile, such as B=gamma:rate=0.13,cv=1.5', list)
    .option('--share <profile=n>', 'its part of the users (default: its sessions)', list)
    .option('--app <profile=workload>', 'the workload that asks for a profile', list)
    .addOption(
      new Option('--pauses <which>', 'keep the pauses that the corpus has, or draw all')
        .choices(['recorded', 'modelled'])
        .default('recorded'),
    )
    .option('--seed <n>', 'of everything that is drawn', wholeNumber(0), 1);
}
