import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Mistake, PlatformError } from '../base/mistake';
import { listed, shown } from '../base/text';
import { UserError } from '../base/user-error';
import type { Platform } from '../config';
import { sped } from '../validation/arrivals/arrival-times';
import type { Law } from '../validation/arrivals/law';
import { lawText, parseLaw } from '../validation/arrivals/law-text';
import { meanRate } from '../validation/arrivals/theory';
import { sessionsFor, writeMadeUpCorpus } from '../validation/corpus/made-up';
import { allTurns, openCorpus } from '../validation/corpus/reader';
import { CORPUS_FILES, type CorpusManifest, type Turn } from '../validation/corpus/turn';
import { PROFILES } from '../validation/dataset/session';
import { PAPER_LAWS } from '../validation/load/plan-settings';
import { PRESETS, type Preset } from '../validation/load/presets';
import { compilePlan, type ProfileLoad } from '../validation/replay/compile';
import {
  actorsOf,
  type LoadMode,
  type Plan,
  parsePlan,
  planHash,
  planParts,
} from '../validation/replay/plan';
import { loadApps } from './load-apps';
import { ofProfile } from './options';
import { loadCompleteStack } from './stack';

export interface LoadPlanOptions {
  readonly stack: string;
  readonly corpus?: string;
  readonly model: string;
  readonly mode: LoadMode;
  readonly preset: Preset;
  readonly users?: number;
  readonly seconds?: number;
  readonly law?: readonly string[];
  readonly share?: readonly string[];
  readonly app?: readonly string[];
  readonly pauses: 'recorded' | 'modelled';
  readonly seed: number;
  readonly out?: string;
  readonly json?: true;
}

/** A plan, and the corpus that its bodies are in. */
export interface MadePlan {
  readonly plan: Plan;
  readonly corpus: CorpusManifest;
  readonly turns: readonly Turn[];
  /** Path of `bodies.jsonl`. */
  readonly bodies: string;
  readonly isMadeUp: boolean;
}

/** How many more made-up turns there are than a user needs on average: one who ran out would say the same again. */
const SPARE = 2.4;

/**
 * Makes a plan from options.
 *
 * @param folder Where made-up conversations go.
 * @throws PlatformError with everything that is wrong with the options.
 */
export async function makePlan(
  options: LoadPlanOptions,
  platform: Platform,
  folder: string,
): Promise<MadePlan> {
  const { seed, mode, pauses, model } = options;
  const { users, seconds } = { ...PRESETS[options.preset], ...given(options) };
  const mistakes: Mistake[] = [];
  const laws = pairsOf(options.law, '--law', mistakes, (text, path) => parseLaw(text, path));
  const shares = pairsOf(options.share, '--share', mistakes, shareOf);
  const apps = pairsOf(options.app, '--app', mistakes, (text) => text);
  if (mistakes.length > 0) throw new PlatformError(mistakes, 'this load cannot be planned');
  const found = options.corpus === undefined ? undefined : await openCorpus(options.corpus);
  const lawOf = (profile: string) => laws.get(profile) ?? PAPER_LAWS[profile] ?? (PAPER_LAWS.D as Law);
  const appOf = loadApps(platform, apps, found?.manifest);
  if (found === undefined) {
    const own = PROFILES.filter((profile) => appOf.has(profile));
    const turns = (profile: string) =>
      SPARE * seconds * meanRate(lawOf(profile)) * Math.ceil(users / own.length);
    const profiles = Object.fromEntries(
      own.map((profile) => [
        profile,
        { sessions: sessionsFor(profile, turns(profile)), app: appOf.get(profile) ?? '' },
      ]),
    );
    await writeMadeUpCorpus({ folder, seed, profiles, model });
  }
  const corpus = found ?? (await openCorpus(folder));
  const turns = (await allTurns(corpus)).map((turn) => ({
    ...turn,
    app: appOf.get(turn.profile) ?? turn.app,
  }));
  const profiles = corpus.manifest.profiles.map(({ profile }): ProfileLoad => {
    const share = shares.get(profile) ?? (found === undefined ? 1 : undefined);
    const law = laws.get(profile) ?? ofAll(lawOf(profile), mode, users, corpus.manifest, profile);
    return { profile, law, ...(share !== undefined && { share }) };
  });
  const plan = compilePlan({ corpus: corpus.manifest, turns, profiles, mode, users, seconds, seed, pauses });
  const bodies = join(corpus.folder, CORPUS_FILES.bodies);
  return { plan, corpus: corpus.manifest, turns, bodies, isMadeUp: isMadeUp(turns) };
}

const isMadeUp = ([first]: readonly Turn[]): boolean => first?.session.startsWith('made-up/') ?? false;

/** The hash of a plan's corpus is all that tells whether its offsets mean anything. */
export function checkCorpusOf(file: string, plan: Plan, corpus: CorpusManifest): Plan {
  if (plan.header.corpus.bodies === corpus.sha256.bodies) return plan;
  throw new UserError(`${file} is a plan of another corpus; give the one that it was made of, by --corpus`);
}

/**
 * A plan of a file, with the corpus that it was made of: nothing of a stack is needed.
 *
 * @throws UserError where it is no plan, or one of another corpus.
 */
export async function openPlan(file: string, folder: string): Promise<MadePlan> {
  const corpus = await openCorpus(folder);
  const plan = checkCorpusOf(file, parsedPlan(file), corpus.manifest);
  const turns = await allTurns(corpus);
  const bodies = join(folder, CORPUS_FILES.bodies);
  return { plan, corpus: corpus.manifest, turns, bodies, isMadeUp: isMadeUp(turns) };
}

/** @throws UserError for a file that is no plan. */
export function parsedPlan(file: string): Plan {
  try {
    return parsePlan(readFileSync(file));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`${file}: this file ${error.message}; vcf-ai load plan --out writes one`);
  }
}

/**
 * A user's law in a closed plan. Where nobody waits for answers, that of all users of the profile: of their turns, or of as
 * many sessions as have these turns.
 */
function ofAll(law: Law, mode: LoadMode, users: number, { profiles }: CorpusManifest, profile: string): Law {
  if (mode === 'closed') return law;
  const { turns, sessions } = profiles.find((one) => one.profile === profile) ?? { turns: 1, sessions: 1 };
  const own = users / profiles.length;
  return sped(law, mode === 'open' ? own : (own * sessions) / turns);
}

/** What was said beside the preset. */
const given = ({ users, seconds }: LoadPlanOptions) => ({
  ...(users !== undefined && { users }),
  ...(seconds !== undefined && { seconds }),
});

function shareOf(text: string, path: string): number {
  const share = Number(text);
  if (text === '' || !(share >= 0)) {
    throw new PlatformError([
      { path, value: text, problem: 'is no part of the users', fix: 'write a number, as in A=2' },
    ]);
  }
  return share;
}

/** `A=…`, several of them. */
function pairsOf<T>(
  texts: readonly string[] | undefined,
  option: string,
  mistakes: Mistake[],
  read: (text: string, path: string) => T,
): Map<string, T> {
  const found = new Map<string, T>();
  for (const text of texts ?? []) {
    const named = ofProfile(text);
    if (named === undefined) {
      const fix = `write ${option} <profile>=<value>, with one of the profiles ${listed(PROFILES, 'and')}`;
      mistakes.push({ path: option, value: text, problem: `${shown(text)} names no profile`, fix });
      continue;
    }
    const [profile, value] = named;
    try {
      found.set(profile, read(value, `${option} ${profile}`));
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      mistakes.push(...error.mistakes);
    }
  }
  return found;
}

/** To four digits. */
const shortLaw = (law: Law) =>
  lawText(law).replaceAll(/\d+\.\d+/g, (digits) => `${Number(Number(digits).toPrecision(4))}`);

/** What a plan is, for people. */
export function planText({ plan, corpus, isMadeUp }: MadePlan): string {
  const { header, columns } = plan;
  const { mode, users, seconds, profiles, pauses } = header;
  const ofProfile = (index: number) => columns.profile.filter((one) => one === index).length;
  return [
    `${mode} load of ${users} users for ${seconds} s, plan ${planHash(plan).slice(0, 16)}`,
    isMadeUp
      ? `${corpus.sessions} made-up conversations with ${corpus.turns} turns`
      : `${corpus.sessions} sessions of ${corpus.tasks} tasks, ${corpus.turns} turns, ${corpus.bytes} bytes`,
    ...profiles.map(({ profile, app, law, scope, sessions, reused }, index) => {
      const again = reused > 0 ? `, ${reused} of them begun again: a cache knows those` : '';
      return `  ${profile} as ${app}: ${ofProfile(index)} of ${actorsOf(plan)} ${mode === 'closed' ? 'users' : 'actors'}, ${shortLaw(law)} of ${mode === 'closed' ? `each ${scope}` : 'all'}; ${sessions} sessions${again}`;
    }),
    `pauses: ${pauses.recorded} recorded (${pauses.cut} cut), ${pauses.upperBound} upper bounds, ${pauses.modelled} by a law`,
  ].join('\n');
}

/** `vcf-ai load plan`. */
export async function planLoad(options: LoadPlanOptions): Promise<void> {
  const { platform } = loadCompleteStack(options.stack);
  const made = await makePlan(options, platform, `${options.out ?? join('.vcf-ai', 'load')}.corpus`);
  if (options.out !== undefined) writeFileSync(options.out, Buffer.concat(planParts(made.plan)));
  const { header } = made.plan;
  console.log(
    options.json ? JSON.stringify({ hash: planHash(made.plan), ...header }, null, 2) : planText(made),
  );
}
