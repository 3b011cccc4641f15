import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../local/paths';
import { type Measured, measure } from './measure';
import { writeObjects, writeSchemas } from './objects';
import { toolFile } from './tools';

const SIZES = [1000, 10_000];

/** The rules that `rules.rego` says in Rego. */
const FIVE = 'R06,R15,R17,R19,R45';

interface Contender {
  readonly name: string;
  readonly command: string;
  readonly args: (file: string) => readonly string[];
  /** How many findings there are in what it printed. */
  readonly findings?: (output: string) => number;
}

async function contenders(folder: string): Promise<Contender[]> {
  const check = (...more: readonly string[]) => ({
    command: process.execPath,
    args: (file: string) => [
      join(packageRoot, 'bin/vcf-ai.mjs'),
      'check',
      '--json',
      ...more,
      '--manifests',
      file,
    ],
    findings: (output: string) => JSON.parse(output).findings.length as number,
  });
  return [
    { name: 'vcf-ai check, schemas, CEL of definitions and all rules', ...check() },
    { name: 'vcf-ai check, five rules', ...check('--rule', FIVE) },
    {
      name: 'conftest, the same five rules',
      command: await toolFile('conftest'),
      args: (file) => ['test', '--policy', join(__dirname, 'rules.rego'), '--output', 'json', file],
      findings: (output) =>
        JSON.parse(output).reduce((sum: number, { failures = [] }) => sum + failures.length, 0),
    },
    {
      name: 'kubeconform, the same schemas',
      command: await toolFile('kubeconform'),
      args: (file) => [
        '-strict',
        '-summary',
        '-output=json',
        `-schema-location=${join(folder, 'schemas')}/{{.ResourceKind}}.json`,
        file,
      ],
    },
    {
      name: 'kube-score, its own checks of built-in kinds',
      command: await toolFile('kube-score'),
      args: (file) => ['score', '--output-format', 'json', file],
    },
  ];
}

/**
 * The whole check beside three tools, on copies of one platform, each a fresh process. None of the three does the
 * same: kubeconform knows schemas alone, conftest here five rules and no schema, kube-score neither custom kinds
 * nor relations of ours.
 */
export async function benchCheck(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vcf-ai-bench-'));
  try {
    writeSchemas(join(folder, 'schemas'));
    console.log(`check of one YAML stream, fresh processes on ${cpus().length} CPUs`);
    const all = await contenders(folder);
    const before = new Map<string, number>();
    for (const size of SIZES) {
      const objects = writeObjects(join(folder, 'all.yaml'), size);
      let own: Measured | undefined;
      for (const { name, command, args, findings } of all) {
        const run = await measure(command, args('all.yaml'), folder);
        own ??= run;
        const growth = before.get(name);
        before.set(name, run.cpuSeconds);
        console.log(
          [
            `${objects} objects, ${name}: ${run.seconds.toFixed(2)} s`,
            `${run.cpuSeconds.toFixed(2)} s of CPU (${ratio(run.cpuSeconds, own.cpuSeconds)} of the first)`,
            `${run.megabytes.toFixed(0)} MB (${ratio(run.megabytes, own.megabytes)})`,
            ...(findings === undefined ? [] : [`${findings(run.output)} findings`]),
            ...(growth === undefined ? [] : [`${ratio(run.cpuSeconds, growth)} of the CPU for a tenth`]),
          ].join(', '),
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ratio = (one: number, other: number) => `${(one / other).toFixed(2)} times`;
