import { UserError } from '../../../base/user-error';
import { azureReader } from './azure';
import { burstgptReader } from './burstgpt';
import { Collector, type Requests } from './collector';
import { type ColumnOptions, columnReader, KNOWN } from './column';
import type { LawWindow } from './law-window';
import { linesOf } from './lines';
import { mooncakeReader } from './mooncake';
import type { Recogniser, Sink, TraceReader } from './reader';
import { servegenReader } from './servegen';
import { tracelabReader } from './tracelab';

/** Lines that say what a file is: some of the first ones may be corrupt. */
const HEAD = 50;

/** Formats with a reader of their own; a time in a column is what is left. */
const FORMATS: readonly Recogniser[] = [
  azureReader,
  burstgptReader,
  tracelabReader,
  mooncakeReader,
  servegenReader,
];

/** Lines of one file that nothing could be made of, for one reason. */
export interface Dropped {
  /** Lower case, without a full stop. */
  readonly why: string;
  readonly lines: number;
  /** One-based numbers of the first of them. */
  readonly first: readonly number[];
}

/** What a file holds. */
export interface Trace {
  readonly file: string;
  /** For people. */
  readonly format: string;
  /** Lines that are not empty, and not a header. */
  readonly lines: number;
  readonly dropped: readonly Dropped[];
  /** Absent where the file has laws instead. */
  readonly requests?: Requests;
  /** In order; absent where the file has requests. */
  readonly windows?: readonly LawWindow[];
}

export interface ReadOptions extends ColumnOptions {
  /** Told how far it is, in bytes of the file. */
  readonly told?: (bytes: number) => void;
}

/** Numbers of dropped lines that are named for each reason. */
const NAMED = 5;

/**
 * Reads a trace of requests, or of laws, whose format follows from what it holds; with `column` any file of times. A line
 * that nothing can be made of is counted with its place, and is never the end.
 *
 * @param file `-` for standard input.
 * @throws UserError for a file that cannot be read, or is of no known format.
 */
export async function readTrace(file: string, options: ReadOptions = {}): Promise<Trace> {
  const reading = new Reading(file, options);
  try {
    for await (const lines of linesOf(file, options.told)) for (const line of lines) reading.take(line);
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error && 'code' in error)) throw error;
    throw new UserError(`${file}: ${explained(error)}`, { cause: error });
  }
  return reading.done();
}

function explained(error: Error & { code?: unknown }): string {
  if (error.code === 'ENOENT') return 'there is no such file';
  if (error.code === 'EISDIR') return 'this is a folder (name the files in it)';
  return String(error.code).startsWith('Z_') ? 'its compressed data are damaged or cut' : error.message;
}

/** A file on its way to a trace. */
class Reading {
  private reader: TraceReader | undefined;
  private readonly head: (string | undefined)[] = [];
  private number = 0;
  private lines = 0;
  private readonly drops = new Map<string, { lines: number; first: number[] }>();
  private readonly collector = new Collector();
  private readonly windows: LawWindow[] = [];
  private readonly sink: Sink = {
    arrival: (arrival) => this.collector.add(arrival),
    window: (window) => void this.windows.push(window),
    drop: (why) => this.drop(why),
  };

  constructor(
    private readonly file: string,
    private readonly options: ReadOptions,
  ) {}

  take(line: string | undefined): void {
    if (this.reader === undefined) {
      this.head.push(line);
      if (this.head.length === HEAD) this.begin();
    } else {
      this.read(line, this.reader);
    }
  }

  done(): Trace {
    if (this.reader === undefined) this.begin();
    const requests = this.collector.done();
    const dropped = [...this.drops].map(([why, { lines, first }]) => ({ why, lines, first }));
    const format = (this.reader as TraceReader).format;
    return {
      ...{ file: this.file, format, lines: this.lines, dropped },
      ...(requests && { requests }),
      ...(this.windows.length > 0 && { windows: this.windows.sort((a, b) => a.from - b.from) }),
    };
  }

  private begin(): void {
    const head = this.head.flatMap((line) => (line === undefined || line.trim() === '' ? [] : [line]));
    const column = columnReader(this.options);
    const recognisers = this.options.column === undefined ? [...FORMATS, column] : [column];
    const reader = recognisers
      .map((recognise) => recognise(head, this.options))
      .find((one) => one !== undefined);
    if (reader === undefined) throw new UserError(`${this.file}: ${this.unknown(head)}`);
    this.reader = reader;
    for (const line of this.head) this.read(line, reader);
  }

  private unknown(head: readonly string[]): string {
    const { column } = this.options;
    if (head.length === 0) return 'there is nothing in it';
    if (column !== undefined) return `no time was found in ${column} of the first ${head.length} lines`;
    if (/^\s*[[{]\s*("[^"]*":\s*)?[[{]?\s*$/.test(head[0] as string)) {
      return "it is one JSON document, and traces are read line by line (jq -c '.[]' writes one record a line)";
    }
    return `it is of no format that is known, and has no column of times that is called ${KNOWN[0]}, ${KNOWN[3]} or ${KNOWN[5]} (say which with --column)`;
  }

  private read(line: string | undefined, reader: TraceReader): void {
    this.number += 1;
    if (line !== undefined && (line === reader.header || line.trim() === '')) return;
    this.lines += 1;
    if (line === undefined) this.drop('longer than 64 MiB');
    else reader.read(line, this.sink);
  }

  private drop(why: string): void {
    const known = this.drops.get(why) ?? { lines: 0, first: [] };
    this.drops.set(why, known);
    known.lines += 1;
    if (known.first.length < NAMED) known.first.push(this.number);
  }
}
