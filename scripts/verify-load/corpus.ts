import { mkdirSync } from 'node:fs';
import { Random } from '../../validation/arrivals/random';
import { allTurns, openCorpus } from '../../validation/corpus/reader';
import type { Turn } from '../../validation/corpus/turn';
import { CorpusWriter } from '../../validation/corpus/writer';

/** Characters that the stand-in counts as a token. */
const CHARACTERS = 4;

export interface SingleTurns {
  readonly sessions: number;
  readonly seed: number;
  readonly model: string;
  /** Mean and coefficient of variation of the prompts' tokens, Gamma distributed. */
  readonly prompt: { readonly mean: number; readonly cv: number };
  /** Mean tokens of the answers, exponential. */
  readonly answer: number;
}

export interface WrittenTurns {
  readonly turns: readonly Turn[];
  readonly sha256: Readonly<Record<'turns' | 'bodies', string>>;
}

/** Sessions of one turn, none of which begins like another. */
export async function writeSingleTurns(folder: string, props: SingleTurns): Promise<WrittenTurns> {
  const { sessions, seed, model, prompt, answer } = props;
  mkdirSync(folder, { recursive: true });
  const writer = await CorpusWriter.open(folder, model, async () => {});
  const random = Random.of(seed, 'single turns');
  const shape = 1 / prompt.cv ** 2;
  for (let number = 0; number < sessions; number += 1) {
    const tokens = Math.max(1, Math.round(random.gamma(shape) * (prompt.mean / shape)));
    const maxTokens = Math.max(1, Math.round(random.exponential() * answer));
    const text = `${number} `.padEnd(tokens * CHARACTERS, `${number.toString(36)} `);
    await writer.add({
      ...{
        session: `D/${number}`,
        task: `${number}`,
        profile: 'D',
        app: 'swe-rebench-ide',
        tools: undefined,
      },
      messages: [Buffer.from(JSON.stringify({ role: 'user', content: text }))],
      turns: [{ before: 1, pause: null, pauseSource: 'modelled', maxTokens }],
    });
  }
  const counts = { sessions, turns: sessions, tasks: sessions };
  const { sha256 } = await writer.finish({ seed, model, ...counts, profiles: [] }, '');
  const turns = await allTurns(await openCorpus(folder));
  return { turns, sha256 };
}
