import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeOmniact } from './sessions/omniact';
import { Random } from './sessions/random';
import { coderForgeRow, type Size, sweRebenchRow, terminalRow, toolbenchRows } from './sessions/records';

/** The sessions of the white paper's corpus, 20,865 in all. */
const PAPER = { A: 5000, B: 865, C: 5000, D: 5000, E: 5000 };

/** Runs of one task, as in the published sets. */
const RUNS = 8;

/**
 * Writes data sets in the published formats with as many sessions as the white paper has, or a part of them, to measure
 * what a build takes: `--out DIR [--scale 0.1] [--turns 12] [--characters 500] [--seed 1]`. Bodies grow with the square of
 * the turns.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      scale: { type: 'string', default: '1' },
      turns: { type: 'string', default: '12' },
      characters: { type: 'string', default: '500' },
      seed: { type: 'string', default: '1' },
    },
  });
  if (values.out === undefined) throw new Error('--out DIR is missing');
  const size = { turns: Number(values.turns), characters: Number(values.characters) };
  await generateSessions(values.out, Number(values.scale), size, Number(values.seed));
}

/** Writes a file piece by piece, so that its size does not matter. */
function writePieces(path: string, pieces: Iterable<string>): void {
  const file = openSync(path, 'w');
  for (const piece of pieces) writeSync(file, piece);
  closeSync(file);
}

/** @param scale Of the numbers of sessions in the white paper. */
export async function generateSessions(out: string, scale: number, size: Size, seed: number): Promise<void> {
  mkdirSync(out, { recursive: true });
  const random = new Random(seed);
  const count = (profile: keyof typeof PAPER) => Math.round(PAPER[profile] * scale);
  writePieces(join(out, 'toolllama_G123_dfs_train.json'), rowsOfToolbench(random, count('A'), size));
  writePieces(
    join(out, 'trajectories.jsonl'),
    lines(count('D'), (index) => sweRebenchRow(random, taskOf(index), index, size)),
  );
  const screens = Array.from({ length: count('C') }, (_, index) => ({
    ...{
      system: index % 2 ? ('web' as const) : ('desktop' as const),
      application: `app-${index % 40}`,
      number: index,
    },
    ...{ texts: size.characters / 10, tasks: tasksOfScreen(random, size.turns) },
  }));
  writeOmniact(random, join(out, 'omniact'), screens);
  await writeParquet(join(out, 'terminal-bench.parquet'), count('B'), (index) =>
    terminalRow(random, `task-${Math.floor(index / RUNS)}`, index % RUNS, size),
  );
  for (let shard = 0; shard * 500 < count('E'); shard += 1) {
    const rows = Math.min(500, count('E') - shard * 500);
    await writeParquet(join(out, `coderforge-${String(shard).padStart(3, '0')}.parquet`), rows, (index) =>
      coderForgeRow(random, taskOf(shard * 500 + index), index, size),
    );
  }
}

const taskOf = (index: number): string => `owner__repo-${Math.floor(index / RUNS)}`;

const tasksOfScreen = (random: Random, tasks: number): readonly string[] =>
  Array.from(
    { length: tasks },
    () => `Task: ${random.text(60).replace(/\s+/g, ' ')}\nOutput Script:\npyautogui.click(1,2)`,
  );

function* lines(count: number, row: (index: number) => object): Generator<string> {
  for (let index = 0; index < count; index += 1) yield `${JSON.stringify(row(index))}\n`;
}

function* rowsOfToolbench(random: Random, queries: number, size: Size): Generator<string> {
  for (let index = 0; index < queries; index += 1) {
    const rows = toolbenchRows(random, `Query ${index}: ${random.text(80)}`, size);
    yield `${index === 0 ? '[' : ','}\n${rows.map((row) => JSON.stringify(row)).join(',\n')}`;
  }
  yield '\n]\n';
}

/** Writes rows of texts and numbers with one row group for 200 of them. */
export async function writeParquet(
  path: string,
  count: number,
  row: (index: number) => Readonly<Record<string, unknown>>,
): Promise<void> {
  const { parquetWriteFile } = await import('hyparquet-writer');
  const rows = Array.from({ length: count }, (_, index) => row(index));
  const columnData = Object.keys(rows[0] ?? {}).map((name) => ({
    name,
    data: rows.map((each) => each[name]),
  }));
  await parquetWriteFile({ filename: path, columnData, rowGroupSize: 200 });
}

if (require.main === module) void main();
