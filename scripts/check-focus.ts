/**
 * Validates bills with the real focus-validator, and writes what it says of them: tests/golden/focus-validation.json.
 * Exits with 1 where a rule fails that is not one of its defects (scripts/focus-validator/defects.json), and with 2,
 * saying why, where it cannot run.
 *
 *     node --import tsx scripts/check-focus.ts
 *
 * It needs Python 3.12, which focus-validator 2 requires and whose last NumPy before 2 it pins; its rules are in the
 * package, and nothing is downloaded at run time (`--block-download`). Installing it takes minutes and a run seconds, so
 * the tests compare the bills with those that were validated.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import execa from 'execa';
import { focusCsv } from '../billing/focus';
import { cacheDir } from '../local/paths';
import { exampleBill, generatedBill } from '../tests/billing/sample-bills';

const root = resolve(__dirname, '..');
const requirements = join(__dirname, 'focus-validator/requirements.txt');

/** What the rules of FOCUS call the things that a bill has. */
const CRITERIA = [
  ...['ACCOUNT_NAMING_SUPPORTED', 'MULTIPLE_BILLING_ACCOUNT_TYPES_SUPPORTED', 'SUB_ACCOUNT_SUPPORTED'],
  ...['MULTIPLE_SUB_ACCOUNT_TYPES_SUPPORTED', 'NEGOTIATED_PRICING_SUPPORTED', 'PUBLIC_PRICE_LIST_SUPPORTED'],
  ...['UNIT_PRICING_SUPPORTED', 'USAGE_MEASUREMENT_SUPPORTED', 'MULTIPLE_PRICING_CATEGORIES_SUPPORTED'],
  ...[
    'BILLING_BASED_ON_PROVISIONED_RESOURCES_SUPPORTED',
    'RESOURCE_TYPE_ASSIGNMENT_SUPPORTED',
    'TAGGING_SUPPORTED',
  ],
];

async function python312(): Promise<string> {
  for (const python of [process.env.VCF_AI_PYTHON ?? '', 'python3.12', 'python3'].filter(Boolean)) {
    const { stdout } = await execa(python, ['--version'], { reject: false });
    if (/^Python 3\.12\./.test(stdout ?? '')) return python;
  }
  throw new Error('there is no Python 3.12; name one with VCF_AI_PYTHON');
}

/** The folder of an environment with the validator, installed at first use. */
async function validatorFolder(version: string): Promise<string> {
  const folder = join(cacheDir(), `focus-validator-${version}`);
  const done = join(folder, 'installed');
  if (existsSync(done)) return folder;
  console.error(`… installing focus-validator ${version} in ${folder}`);
  const log = { stdio: ['ignore', 'ignore', 'inherit'] } as const;
  await execa(await python312(), ['-m', 'venv', '--clear', folder], log);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  const python = join(folder, 'bin/python');
  await execa(python, [...pip, '--no-deps', '--require-hashes', '-r', requirements], log);
  // Later releases of pyarrow need NumPy 2, which the validator refuses.
  await execa(python, [...pip, `focus-validator==${version}`, 'pyarrow<22'], log);
  writeFileSync(done, '');
  return folder;
}

interface Verdict {
  readonly sha256: string;
  readonly passed: number;
  readonly failed: readonly string[];
}

async function validate(folder: string, csv: string): Promise<Verdict> {
  const scratch = mkdtempSync(join(tmpdir(), 'vcf-ai-focus-'));
  const file = join(scratch, 'bill.csv');
  writeFileSync(file, csv);
  const args = ['--data-file', file, '--validate-version', '1.2', '--block-download'];
  // It finds its list of currencies only from the folder that its package is in.
  const lib = join(folder, 'lib');
  const cwd = join(lib, readdirSync(lib)[0] ?? '', 'site-packages');
  const command = join(folder, 'bin/focus-validator');
  const { all = '' } = await execa(command, [...args, '--applicability-criteria', CRITERIA.join(',')], {
    ...{ cwd, all: true, reject: false },
  }).finally(() => rmSync(scratch, { recursive: true }));
  const [, passed, count] = /^Total: \d+ \| Pass: (\d+) \| Fail: (\d+) \|/m.exec(all) ?? [];
  if (passed === undefined) throw new Error(`focus-validator did not run:\n${all.slice(-2000)}`);
  const failed = [...all.matchAll(/^❌ (\S+): FAIL/gm)].map(([, rule = '']) => rule).sort();
  if (failed.length !== Number(count))
    throw new Error(`focus-validator counts ${count}, and names ${failed.length}`);
  return { sha256: createHash('sha256').update(csv).digest('hex'), passed: Number(passed), failed };
}

async function main(): Promise<void> {
  const pin = /^focus-validator==(\S+) --hash=sha256:(\w+)$/m.exec(readFileSync(requirements, 'utf8'));
  const [, version = '', sha256 = ''] = pin ?? [];
  const folder = await validatorFolder(version);
  const defects: { rule: string }[] = JSON.parse(
    readFileSync(join(__dirname, 'focus-validator/defects.json'), 'utf8'),
  );
  const known = new Set(defects.map(({ rule }) => rule));
  const bills: Record<string, Verdict> = {};
  for (const [name, make] of Object.entries({ example: exampleBill, generated: generatedBill })) {
    const verdict = await validate(folder, focusCsv(await make(), { provider: 'AI platform' }));
    bills[name] = verdict;
    const wrong = verdict.failed.filter((rule) => !known.has(rule));
    for (const rule of wrong) console.error(`✗ the ${name} bill breaks ${rule}`);
    if (wrong.length > 0) process.exitCode = 1;
    else
      console.log(`✓ the ${name} bill: ${verdict.passed} rules pass, ${verdict.failed.length} known defects`);
  }
  const text = `${JSON.stringify({ package: 'focus-validator', version, sha256, bills }, null, 2)}\n`;
  writeFileSync(join(root, 'tests/golden/focus-validation.json'), text);
}

main().catch((error: Error) => {
  console.error(`✗ the bills could not be validated: ${error.message}`);
  process.exitCode = 2;
});
