import { mkdir } from 'node:fs/promises';
import { Random } from '../arrivals/random';
import type { CorpusSession, SessionTurn } from './session';
import type { CorpusManifest, CorpusProfile } from './turn';
import { CorpusWriter } from './writer';

/** What made-up conversations of a profile look like. Sizes are in words, which are a token or two each. */
interface Shape {
  readonly turns: readonly [least: number, most: number];
  /** What each turn adds to the context. */
  readonly words: readonly [least: number, most: number];
  readonly answer: readonly [least: number, most: number];
}

/** Many short calls, few large appends, single steps, long talks: the white paper's profiles, at a size for a laptop. */
const SHAPES: Readonly<Record<string, Shape>> = {
  A: { turns: [3, 8], words: [40, 160], answer: [20, 60] },
  B: { turns: [4, 10], words: [100, 800], answer: [20, 80] },
  C: { turns: [1, 3], words: [100, 300], answer: [10, 30] },
  D: { turns: [3, 8], words: [60, 300], answer: [40, 120] },
  E: { turns: [3, 8], words: [60, 300], answer: [40, 120] },
};

export interface MadeUpProps {
  readonly folder: string;
  readonly seed: number;
  /** By profile: how many sessions, and the workload that asks. */
  readonly profiles: Readonly<Record<string, { readonly sessions: number; readonly app: string }>>;
  /** What bodies name as `model`. Default: `any`. */
  readonly model?: string;
}

/** How many made-up sessions of a profile have so many turns, on average. */
export function sessionsFor(profile: string, turns: number): number {
  const [least, most] = (SHAPES[profile] ?? (SHAPES.D as Shape)).turns;
  return Math.ceil(turns / ((least + most) / 2));
}

const SYLLABLES = ['ba', 'do', 'ke', 'li', 'mu', 'na', 'po', 'ri', 'se', 'tu', 'va', 'zo'];

/**
 * Writes a corpus of made-up conversations: no two begin alike, so that no cache helps more than it would in life. For a
 * first run without any data; a report of it says so.
 */
export async function writeMadeUpCorpus(props: MadeUpProps): Promise<CorpusManifest> {
  const { folder, seed, profiles, model = 'any' } = props;
  await mkdir(folder, { recursive: true });
  const writer = await CorpusWriter.open(folder, model, async () => {});
  const made: CorpusProfile[] = [];
  for (const [profile, { sessions, app }] of Object.entries(profiles)) {
    const before = writer.bytes;
    let turns = 0;
    for (let number = 0; number < sessions; number += 1) {
      const session = talk(seed, profile, app, number);
      turns += session.turns.length;
      await writer.add(session);
    }
    const counts = { sessions, tasks: sessions, turns, bytes: writer.bytes - before };
    made.push({ profile, app, ...counts, attributions: [], shared: { ownTurns: 0, otherSessions: 0 } });
  }
  const total = (of: (profile: CorpusProfile) => number) => made.reduce((sum, one) => sum + of(one), 0);
  const [sessions, turns] = [total((one) => one.sessions), total((one) => one.turns)];
  return writer.finish({ seed, model, sessions, turns, tasks: sessions, profiles: made }, MADE_UP);
}

const MADE_UP = 'These conversations are made up: syllables by chance.\n';

function talk(seed: number, profile: string, app: string, number: number): CorpusSession {
  const session = `made-up/${profile}/${number}`;
  const random = Random.of(seed, session);
  const shape = SHAPES[profile] ?? (SHAPES.D as Shape);
  const between = ([least, most]: readonly [number, number]) =>
    least + Math.floor(random.uniform() * (most - least + 1));
  const syllable = () => SYLLABLES[Math.floor(random.uniform() * SYLLABLES.length)] ?? '';
  const words = (count: number) =>
    Array.from({ length: count }, () => `${syllable()}${syllable()}`).join(' ');
  const message = (role: string, count: number) =>
    Buffer.from(JSON.stringify({ role, content: words(count) }));
  const messages: Buffer[] = [];
  const turns = Array.from({ length: between(shape.turns) }, (): SessionTurn => {
    messages.push(message('user', between(shape.words)));
    const [before, maxTokens] = [messages.length, between(shape.answer)];
    messages.push(message('assistant', maxTokens));
    return { before, pause: null, pauseSource: 'modelled', maxTokens };
  });
  return { session, task: session, profile, app, tools: undefined, messages, turns };
}
