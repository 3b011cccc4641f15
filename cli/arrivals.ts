import { existsSync } from 'node:fs';
import { type Mistake, PlatformError } from '../base/mistake';
import { UserError } from '../base/user-error';
import { arrivalTimes, sped, timesBefore } from '../validation/arrivals/arrival-times';
import { describe } from '../validation/arrivals/describe';
import type { Law } from '../validation/arrivals/law';
import { parseLaw } from '../validation/arrivals/law-text';
import { Random } from '../validation/arrivals/random';
import type { TimeUnit } from '../validation/arrivals/traces/instant';
import { readTrace, type Trace } from '../validation/arrivals/traces/read';
import { describeWindows, windowTimes } from '../validation/arrivals/windows';
import { type Described, describedText } from './arrivals-text';
import { withProgress } from './ui';

export interface DescribeOptions {
  readonly column?: string;
  readonly unit?: TimeUnit;
  readonly fit?: true;
  readonly law?: string;
  readonly json?: true;
}

export interface DrawOptions {
  readonly seconds: string;
  readonly seed: string;
  readonly users: string;
  readonly scope: 'user' | 'profile';
  readonly json?: true;
}

export async function describeFiles(files: readonly string[], options: DescribeOptions): Promise<void> {
  const against = options.law === undefined ? undefined : parseLaw(options.law, '--law');
  const described: Described[] = [];
  for (const file of files) described.push(describedOf(await read(file, options), against));
  if (options.json) console.log(JSON.stringify(described, null, 2));
  else console.log(described.map((one) => describedText(one, options.fit === true)).join('\n\n'));
}

/** Reads with a line of progress on a terminal, and without one elsewhere. */
function read(file: string, { column, unit }: DescribeOptions): Promise<Trace> {
  const options = { ...(column !== undefined && { column }), ...(unit && { unit }) };
  if (process.stderr.isTTY !== true) return readTrace(file, options);
  return withProgress((progress) => {
    progress.step(file === '-' ? 'standard input' : file);
    return readTrace(file, {
      ...options,
      told: (bytes) => progress.note(`${(bytes / 1e6).toFixed(0)} MB read`),
    });
  });
}

function describedOf(trace: Trace, against: Law | undefined): Described {
  const { file, format, lines, dropped, requests, windows } = trace;
  const of = { file, format, lines, dropped };
  if (windows !== undefined) return { ...of, laws: describeWindows(windows) };
  if (requests === undefined) {
    const [first] = dropped;
    throw new UserError(`${file}: none of ${lines} lines is a request: ${first?.why ?? 'there are none'}`);
  }
  const { outOfOrder, failed, blocks, begin } = requests;
  return {
    ...{ ...of, begin: isoOf(begin.seconds), outOfOrder, failed },
    ...(blocks && { blocks }),
    ...describe(requests, against),
  };
}

/** A trace that counts from a beginning of its own has no date. */
const isoOf = (seconds: number) => (seconds > 1e8 ? new Date(seconds * 1000).toISOString() : null);

export async function draw(written: string, options: DrawOptions): Promise<void> {
  const numbers = new Numbers();
  const seconds = numbers.positive('--seconds', options.seconds);
  const seed = numbers.whole('--seed', options.seed, 0);
  const users = numbers.whole('--users', options.users, 1);
  if (numbers.mistakes.length > 0) throw new PlatformError(numbers.mistakes);
  const random = Random.of(seed, 'draw');
  const arrivals = existsSync(written)
    ? await drawnFromFile(written, random, seconds)
    : drawn(parseLaw(written), { seconds, users, scope: options.scope }, random);
  const text = ({ time, user }: Drawn) => (options.json ? JSON.stringify({ time, user }) : time.toFixed(9));
  process.stdout.write(arrivals.map((one) => `${text(one)}\n`).join(''));
}

interface Drawn {
  readonly time: number;
  /** From 0; null where all users are drawn together. */
  readonly user: number | null;
}

interface Drawing {
  readonly seconds: number;
  readonly users: number;
  readonly scope: 'user' | 'profile';
}

function drawn(law: Law, { seconds, users, scope }: Drawing, random: Random): Drawn[] {
  if (scope === 'profile') {
    const times = timesBefore(arrivalTimes(sped(law, users), random.stream('profile')), seconds);
    return times.map((time) => ({ time, user: users === 1 ? 0 : null }));
  }
  return Array.from({ length: users }, (_, user) =>
    timesBefore(arrivalTimes(law, random.stream(user)), seconds).map((time) => ({ time, user })),
  )
    .flat()
    .sort((a, b) => a.time - b.time);
}

async function drawnFromFile(file: string, random: Random, seconds: number): Promise<Drawn[]> {
  const { windows, format } = await readTrace(file);
  if (windows === undefined) throw new UserError(`${file}: ${format}: it has no laws to draw from`);
  return timesBefore(windowTimes(windows, random), seconds).map((time) => ({ time, user: 0 }));
}

/** Numbers of options, and what is wrong with them. */
class Numbers {
  readonly mistakes: Mistake[] = [];

  positive(path: string, text: string): number {
    const value = Number(text.replace(/s$/, ''));
    if (!(value > 0 && Number.isFinite(value))) {
      this.mistakes.push({ path, value: text, problem: `${JSON.stringify(text)} is not a number above 0` });
    }
    return value;
  }

  whole(path: string, text: string, least: number): number {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && Number.isSafeInteger(value))) {
      const problem = `${JSON.stringify(text)} is not a whole number from ${least}`;
      this.mistakes.push({ path, value: text, problem });
    }
    return value;
  }
}
