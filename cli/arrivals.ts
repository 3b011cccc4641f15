import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { seconds } from '../base/duration';
import { type Mistake, PlatformError } from '../base/mistake';
import { UserError } from '../base/user-error';
import { timesBefore } from '../validation/arrivals/arrival-times';
import { describe } from '../validation/arrivals/describe';
import type { Law } from '../validation/arrivals/law';
import { parseLaw } from '../validation/arrivals/law-text';
import { Random } from '../validation/arrivals/random';
import type { Instant, TimeUnit } from '../validation/arrivals/traces/instant';
import { readTrace, type Trace } from '../validation/arrivals/traces/read';
import { type UserArrival, userArrivals } from '../validation/arrivals/users';
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
  for (const file of files) {
    try {
      described.push(describedOf(await read(file, options), against));
    } catch (error) {
      // The other files are described all the same.
      if (!(error instanceof UserError)) throw error;
      console.error(`✗ ${error.message}`);
      process.exitCode = error.exitCode;
    }
  }
  if (options.json) console.log(JSON.stringify(described, null, 2));
  else if (described.length > 0)
    console.log(described.map((one) => describedText(one, options.fit === true)).join('\n\n'));
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
    ...{ ...of, begin: isoOf(begin), outOfOrder, failed },
    ...(blocks && { blocks }),
    ...describe(requests, against),
  };
}

/** A trace that counts from a beginning of its own has no date. */
function isoOf({ seconds, nanos }: Instant): string | null {
  if (seconds < 1e8) return null;
  const below = `${nanos}`.padStart(9, '0').replace(/0+$/, '');
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return `${whole}${below === '' ? '' : `.${below}`}Z`;
}

export async function draw(written: string, options: DrawOptions): Promise<void> {
  const numbers = new Numbers();
  const length = numbers.positive('--seconds', options.seconds, 600);
  const seed = numbers.whole('--seed', options.seed, 0, 1);
  const users = numbers.whole('--users', options.users, 1, 100);
  if (numbers.mistakes.length > 0) throw new PlatformError(numbers.mistakes);
  const random = Random.of(seed, 'draw');
  const arrivals = existsSync(written)
    ? await arrivalsOfFile(written, random, length)
    : userArrivals(parseLaw(written), { users, seconds: length, scope: options.scope }, random);
  await print(arrivals, ({ time, user }) =>
    options.json ? JSON.stringify({ time, user }) : time.toFixed(9),
  );
}

async function arrivalsOfFile(file: string, random: Random, length: number): Promise<[UserArrival[]]> {
  const { windows, format } = await readTrace(file);
  if (windows === undefined) throw new UserError(`${file}: ${format}: it has no laws to draw from`);
  return [timesBefore(windowTimes(windows, random), length).map((time) => ({ time, user: 0 }))];
}

/** As fast as they are read, until nobody reads them any more. */
async function print(
  pieces: Iterable<readonly UserArrival[]>,
  lineOf: (arrival: UserArrival) => string,
): Promise<void> {
  const texts = function* () {
    for (const piece of pieces) if (piece.length > 0) yield piece.map((one) => `${lineOf(one)}\n`).join('');
  };
  try {
    await pipeline(Readable.from(texts()), process.stdout, { end: false });
  } catch (error) {
    // `head` has seen enough.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}

/** Numbers of options, and what is wrong with them. */
class Numbers {
  readonly mistakes: Mistake[] = [];

  /** A number, or a duration. */
  positive(path: string, text: string, example: number): number {
    const value = Number.isNaN(Number(text)) ? seconds(text) : Number(text);
    if (!(value > 0 && Number.isFinite(value))) {
      const problem = `${JSON.stringify(text)} is not a number above 0`;
      this.mistakes.push({ path, value: text, problem, fix: `write ${path} ${example}` });
    }
    return value;
  }

  whole(path: string, text: string, least: number, example: number): number {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && Number.isSafeInteger(value))) {
      const problem = `${JSON.stringify(text)} is not a whole number from ${least}`;
      this.mistakes.push({ path, value: text, problem, fix: `write ${path} ${example}` });
    }
    return value;
  }
}
