import { readFileSync, writeFileSync } from 'node:fs';
import { SEVERITIES } from '../base/finding';
import { type Mistake, PlatformError } from '../base/mistake';
import { version } from '../package.json';
import {
  type Finding,
  FORMATS,
  type Format,
  gate,
  knownIn,
  type Parameters,
  type Place,
  type Report,
  readManifests,
  rules,
  type Severity,
  type Source,
  UnreadableError,
} from '../policies';
import { suggest } from '../policies/suggest';
import { relativePath } from './relative-path';
import { type Setting, withSetting } from './settings';

/** What `vcf-ai check` judges: one of the three. */
export interface Subject {
  /** A stack of this project, by name. */
  readonly stack?: string;
  /** Files, folders, or `-` for standard input. */
  readonly manifests?: readonly string[];
  /** A program that builds cdk8s charts. */
  readonly app?: string;
}

export interface CheckOptions extends Subject {
  /** Ids of the rules whose findings count; default: all. */
  readonly rule?: readonly string[];
  /** An earlier report, as JSON or SARIF: what it has is known. */
  readonly baseline?: string;
  /** Whether the objects are all that there are. Default: of a stack. */
  readonly complete?: boolean;
  /** Whether an object of a kind that is not known is an error. Default: false. */
  readonly strict?: boolean;
}

interface Judged {
  readonly subject: string;
  readonly file?: string;
  readonly sources: readonly Source[];
  readonly skipped?: readonly string[];
  /** What the document decides about rules; without one the objects say it. */
  readonly parameters?: Partial<Parameters>;
  readonly settingOf?: (finding: Finding) => Setting | undefined;
  /** What is wrong with the platform document, or probably not meant. */
  readonly document?: readonly Finding[];
}

/**
 * Holds every object against its schema and the rules; loads no Pulumi and asks no cluster. The objects of a
 * stack are rendered first. Helm charts are not among them: the Pulumi provider renders these, with the
 * cluster at hand.
 *
 * @throws UnreadableError when there is nothing to judge, or an option that names nothing
 */
export async function check(options: CheckOptions): Promise<Report> {
  refuseUnknownRules(options.rule ?? []);
  const known = options.baseline === undefined ? undefined : baselineOf(options.baseline);
  const {
    subject,
    file,
    sources,
    skipped = [],
    document = [],
    parameters,
    settingOf,
  } = await judged(options);
  const isStack = options.manifests === undefined && options.app === undefined;
  const { findings, exempted, notJudged } = gate(sources, {
    complete: options.complete ?? isStack,
    channel: isStack ? 'standard' : 'experimental',
    strict: options.strict ?? false,
    ...(options.rule !== undefined && { rules: options.rule }),
    ...(parameters !== undefined && { parameters }),
  });
  const told = findings.map((finding) => {
    const setting = settingOf?.(finding);
    return setting === undefined ? finding : withSetting(finding, setting);
  });
  const all = [...document, ...told].map(fromHere);
  const isKnown = ({ fingerprint }: Finding) => fingerprint !== undefined && known?.has(fingerprint) === true;
  return {
    subject,
    ...(file !== undefined && { file: relativePath(file) }),
    objects: sources.length,
    notJudged,
    findings: all.filter((finding) => !isKnown(finding)),
    known: all.filter(isKnown),
    exempted: exempted.map(({ finding, exemption }) => ({ finding: fromHere(finding), exemption })),
    skipped,
    version,
  };
}

/** With files as they are found from the current folder, which is where CI and people look from. */
function fromHere(finding: Finding): Finding {
  const { at, callers } = finding;
  const place = (one: Place): Place => ({ ...one, file: relativePath(one.file) });
  return {
    ...finding,
    ...(at !== undefined && { at: place(at) }),
    ...(callers !== undefined && { callers: callers.map(place) }),
  };
}

/** What only a stack or a program needs takes half a second to load. */
async function judged({ stack = 'local', manifests, app }: CheckOptions): Promise<Judged> {
  try {
    if (manifests !== undefined) return { subject: manifests.join(' '), ...(await readManifests(manifests)) };
    if (app !== undefined) {
      const { appSources } = await import('./app.js');
      return { subject: app, sources: await appSources(app) };
    }
    const { stackSources } = await import('./stack-sources.js');
    const { file, sources, warnings, parameters, settingOf } = stackSources(stack);
    const document = warnings.map((warning) => documentFinding(warning, 'warning'));
    return { subject: stack, file, sources, parameters, settingOf, document };
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const document = error.mistakes.map((mistake) => documentFinding(mistake, 'error'));
    return { subject: app ?? stack, sources: [], document };
  }
}

function documentFinding({ path, file, line, column, ...mistake }: Mistake, severity: Severity): Finding {
  const at = file !== undefined && line !== undefined ? { file, line } : undefined;
  return {
    rule: 'document',
    severity,
    object: path,
    pointer: '',
    ...mistake,
    ...(at !== undefined && { at: { ...at, ...(column !== undefined && { column }) } }),
  };
}

function refuseUnknownRules(wanted: readonly string[]): void {
  const ids = ['schema', 'unjudged', ...rules.map(({ id }) => id)];
  const unknown = wanted.find((id) => !ids.includes(id));
  if (unknown !== undefined)
    throw new UnreadableError('--rule', `unknown rule ${unknown}`, suggest(unknown, ids));
}

function baselineOf(file: string): ReadonlySet<string> {
  return knownIn(file, read(file));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error)
      throw new UnreadableError(file, `cannot be read: ${error.code}`);
    throw error;
  }
}

/** Where a report goes: a file, or standard output. */
export interface Output {
  readonly format: Format;
  readonly file?: string;
}

/**
 * `text,sarif=out.sarif` as outputs.
 *
 * @throws UnreadableError for an unknown format, and for two that would both go to standard output
 */
export function parseFormats(texts: readonly string[]): Output[] {
  const outputs = texts
    .flatMap((text) => text.split(','))
    .map((text): Output => {
      const [format = '', ...file] = text.split('=');
      if (!Object.hasOwn(FORMATS, format)) {
        throw new UnreadableError(
          '--format',
          `unknown format ${format}`,
          suggest(format, Object.keys(FORMATS)),
        );
      }
      return { format: format as Format, ...(file.length > 0 && { file: file.join('=') }) };
    });
  const printed = outputs.filter(({ file }) => file === undefined).map(({ format }) => format);
  if (printed.length > 1) {
    const fix = `write all but one to a file: ${printed[1]}=FILE`;
    throw new UnreadableError('--format', `${printed.join(' and ')} would both go to standard output`, fix);
  }
  return outputs;
}

/** Writes a report in every format that is wanted. */
export function writeReports(report: Report, outputs: readonly Output[]): void {
  for (const { format, file } of outputs) {
    const text = FORMATS[format](report);
    if (file !== undefined) writeFileSync(file, `${text}\n`);
    else if (text !== '') console.log(text);
  }
}

/** 1 when a finding is at the level or above it; 2 when something could not be read, and so not be judged. */
export function exitCode({ findings }: Report, level: Severity): 0 | 1 | 2 {
  if (findings.some(({ unreadable }) => unreadable)) return 2;
  const grave = SEVERITIES.slice(0, SEVERITIES.indexOf(level) + 1);
  return findings.some(({ severity }) => grave.includes(severity)) ? 1 : 0;
}
