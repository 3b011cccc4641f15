import { type Mistake, PlatformError } from '../base/mistake';
import { listed, shown } from '../base/text';
import { SAMPLINGS } from '../validation/corpus/sample';
import { build } from '../validation/dataset/build';
import type { BuildOptions } from '../validation/dataset/build-options';
import { DEFAULT_APPS, PROFILES, type Profile } from '../validation/dataset/session';
import { summaryOf } from '../validation/dataset/summary';
import { type SurveyedSet, survey } from '../validation/dataset/survey';
import { type Source, walk } from '../validation/dataset/walk';
import { ROLE_FUNCTION } from '../validation/dataset/wire';
import { teller } from './dataset-progress';
import { builtText, type Checked, checkedText } from './dataset-text';
import { untilInterrupted } from './interrupted';
import { ofProfile } from './options';
import { withProgress } from './ui';

export interface CheckArguments {
  readonly json?: true;
}

export interface BuildArguments extends CheckArguments {
  readonly out: string;
  readonly sessions?: string;
  readonly scale: string;
  readonly seed: string;
  readonly sample: string;
  readonly model: string;
  readonly app?: readonly string[];
  readonly roleFunction: string;
  readonly maxTokens?: string;
  readonly screenTasks?: string;
}

export async function checkDataSets(paths: readonly string[], { json }: CheckArguments): Promise<void> {
  const checked = await withTeller((progress) => check(paths, progress));
  console.log(json ? JSON.stringify(checked, null, 2) : checkedText(checked));
  // Nothing to replay is a finding, not a failure.
  if (!checked.dataSets.some(({ sessions }) => sessions > 0)) process.exitCode = 1;
}

async function check(paths: readonly string[], progress: BuildOptions['progress']): Promise<Checked> {
  const { sources, ignored } = await walk(paths, progress);
  const found = await survey(sources, { model: 'any', roleFunction: 'user', ...(progress && { progress }) });
  return {
    dataSets: found.filter(({ format }) => format !== undefined).map((set) => summaryOf(set, sources)),
    traces: sources.flatMap(({ path, opened }) =>
      opened.kind === 'trace' ? [{ path, name: opened.name }] : [],
    ),
    unknown: [
      ...sources.flatMap(({ path, opened }) =>
        opened.kind === 'unknown' ? [{ path, why: opened.why }] : [],
      ),
      ...found.filter(({ format }) => format === undefined).flatMap((set) => unreadable(set, sources)),
    ],
    ignored,
  };
}

/** Files of which no record is of a known format: why. */
function unreadable({ sources: indexes, dropped, corrupt }: SurveyedSet, sources: readonly Source[]) {
  const reasons = [
    ...Object.entries(dropped).map(([reason, count]) => `${count} × ${reason}`),
    ...corrupt.slice(0, 1).map(({ where, why }) => `${where}: ${why}`),
  ];
  return indexes.flatMap((index) =>
    sources[index] ? [{ path: sources[index].path, why: reasons.join('; ') || 'nothing is in it' }] : [],
  );
}

export async function buildCorpus(paths: readonly string[], given: BuildArguments): Promise<void> {
  const options = buildOptions(given);
  const built = await untilInterrupted((signal) =>
    withTeller((progress) =>
      build(paths, {
        ...options,
        ...(progress && { progress }),
        note: (text) => console.error(`! ${text}`),
        signal,
      }),
    ),
  );
  console.log(given.json ? JSON.stringify(built, null, 2) : builtText(given.out, built));
}

/** Shows how far it is on a terminal, and nothing in a pipe. */
async function withTeller<T>(work: (progress: BuildOptions['progress']) => Promise<T>): Promise<T> {
  if (process.stderr.isTTY !== true) return work(undefined);
  return withProgress((progress) => work(teller(progress)));
}

/** All mistakes of the options at once. */
function buildOptions(given: BuildArguments): BuildOptions {
  const mistakes: Mistake[] = [];
  const refuse = (path: string, value: unknown, problem: string, fix: string) => {
    mistakes.push({ path, value, problem: `${shown(value)} ${problem}`, fix });
  };
  const oneOf = <T extends string>(path: string, value: string, allowed: readonly T[]): T => {
    const found = allowed.find((one) => one === value);
    if (found === undefined) refuse(path, value, 'is not known', `use ${listed(allowed, 'or')}`);
    return found ?? (allowed[0] as T);
  };
  const whole = (path: string, value: string, least: number): number => {
    const isWhole = /^\d+$/.test(value) && Number.isSafeInteger(Number(value)) && Number(value) >= least;
    if (!isWhole)
      refuse(path, value, `is no whole number from ${least}`, `use ${path} ${Math.max(least, 1)}`);
    return Number(value);
  };
  const pairs = (path: string, texts: readonly string[]): readonly (readonly [Profile, string])[] =>
    texts.flatMap((text) => {
      const found = ofProfile(text);
      if (found !== undefined) return [found];
      refuse(path, text, 'names no profile', `write it as A=..., with ${listed(PROFILES, 'or')}`);
      return [];
    });
  const scale = Number(given.scale);
  if (!(scale > 0 && scale <= 1)) refuse('--scale', given.scale, 'is not above 0 and up to 1', 'use 0.1');
  const sessions = pairs('--sessions', given.sessions?.split(',') ?? []).map(
    ([profile, count]) => [profile, whole(`--sessions ${profile}`, count, 0)] as const,
  );
  const options: BuildOptions = {
    out: given.out,
    sessions: Object.fromEntries(sessions),
    scale,
    seed: whole('--seed', given.seed, 0),
    sampling: oneOf('--sample', given.sample, SAMPLINGS),
    model: given.model,
    apps: { ...DEFAULT_APPS, ...Object.fromEntries(pairs('--app', given.app ?? [])) },
    roleFunction: oneOf('--role-function', given.roleFunction, ROLE_FUNCTION),
    ...(given.maxTokens !== undefined && { maxTokens: whole('--max-tokens', given.maxTokens, 1) }),
    ...(given.screenTasks !== undefined && { screenTasks: whole('--screen-tasks', given.screenTasks, 1) }),
  };
  if (mistakes.length > 0) throw new PlatformError(mistakes);
  return options;
}
