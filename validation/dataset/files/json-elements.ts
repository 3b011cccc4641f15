import { bytesOf, CutOff } from './bytes';
import { LARGEST_RECORD, type Raw, type ReadOptions } from './raw';

const [QUOTE, BACKSLASH, COMMA, OPEN, CLOSE, OPEN_OBJECT, CLOSE_OBJECT, NEWLINE, SPACE] = [
  0x22, 0x5c, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d, 0x0a, 0x20,
];

/**
 * Finds where the elements of one large JSON array, or the members of one large object, begin and end; each is then
 * parsed by itself. A streaming parser would do, were it not that it ends for good at the first wrong character: here a
 * broken element costs itself. Where its quotes do not pair, the next line that begins as the first element did is
 * where reading goes on: no JSON text holds a newline.
 */
class Splitter {
  /** Bytes of the element that is open. */
  private parts: Buffer[] = [];
  private held = 0;
  private depth = 0;
  private inText = false;
  private escaped = false;
  /** Set where the open element cannot be parsed: why. */
  private broken: string | undefined;
  /** Spaces before the first element of the file, where it begins a line; undefined until it was seen. */
  private indent: number | undefined;
  private lineStart = 0;
  private onlySpaces = true;
  private position = 0;
  private elementStart = 0;
  private ordinal = 0;
  private isOver = false;

  constructor(private readonly options: ReadOptions) {}

  get ended(): boolean {
    return this.isOver;
  }

  *take(chunk: Buffer): Generator<Raw> {
    let from = 0;
    for (let at = 0; at < chunk.length && !this.isOver; at += 1) {
      const byte = chunk[at] as number;
      if (this.inText) {
        this.textByte(byte, at);
        if (!(byte === NEWLINE)) continue;
      }
      if (byte === NEWLINE) {
        this.lineStart = this.position + at + 1;
        this.onlySpaces = true;
        continue;
      }
      const beginsLine = this.onlySpaces;
      if (byte !== SPACE) this.onlySpaces = false;
      if (this.broken !== undefined && this.depth > 0 && beginsLine && this.beginsElement(byte, at)) {
        yield this.element(undefined, at);
        this.depth = 2;
        from = at;
        this.elementStart = this.position + at;
        continue;
      }
      if (byte === QUOTE) this.inText = true;
      else if (byte === OPEN || byte === OPEN_OBJECT) {
        this.depth += 1;
        if (this.depth === 1) {
          from = at + 1;
          this.elementStart = this.position + from;
        } else if (this.depth === 2 && this.indent === undefined && beginsLine) {
          this.indent = this.position + at - this.lineStart;
        }
      } else if (byte === CLOSE || byte === CLOSE_OBJECT) {
        this.depth -= 1;
        if (this.depth === 0) {
          yield* this.filled(chunk.subarray(from, at), at);
          this.isOver = true;
        }
      } else if (byte === COMMA && this.depth === 1) {
        yield this.element(chunk.subarray(from, at), at);
        from = at + 1;
      }
    }
    if (!this.isOver && this.depth > 0) this.keep(chunk.subarray(from));
    this.position += chunk.length;
  }

  /** What is left where the file ends inside of a record. */
  *end(why: string): Generator<Raw> {
    if (this.isOver) return;
    yield { kind: 'corrupt', ordinal: this.ordinal, where: `byte ${this.elementStart} to the end`, why };
  }

  private textByte(byte: number, at: number): void {
    if (byte === NEWLINE) {
      this.broken ??= `a text without its end before byte ${this.position + at}`;
      this.inText = false;
      this.escaped = false;
    } else if (this.escaped) this.escaped = false;
    else if (byte === BACKSLASH) this.escaped = true;
    else if (byte === QUOTE) this.inText = false;
  }

  private beginsElement(byte: number, at: number): boolean {
    return byte === OPEN_OBJECT && this.indent === this.position + at - this.lineStart;
  }

  private keep(part: Buffer): void {
    this.held += part.length;
    if (this.held > LARGEST_RECORD) {
      this.broken ??= `longer than ${LARGEST_RECORD} bytes`;
      this.parts = [];
    } else if (part.length > 0) this.parts.push(part);
  }

  /** The last element: an empty array has none. */
  private *filled(last: Buffer, at: number): Generator<Raw> {
    const isEmpty = this.held === 0 && last.toString('latin1').trim() === '';
    if (!isEmpty) yield this.element(last, at);
  }

  private element(last: Buffer | undefined, at: number): Raw {
    if (last !== undefined) this.keep(last);
    const [bytes, start, broken, ordinal] = [this.parts, this.elementStart, this.broken, this.ordinal];
    this.parts = [];
    this.held = 0;
    this.broken = undefined;
    this.ordinal += 1;
    this.elementStart = this.position + at + 1;
    const where = `byte ${start}`;
    if (last === undefined || broken !== undefined) {
      return { kind: 'corrupt', ordinal, where, why: broken ?? 'it does not end' };
    }
    if (this.options.wanted && !this.options.wanted(ordinal)) return { kind: 'skipped', ordinal };
    return parsedElement(Buffer.concat(bytes).toString(), ordinal, where);
  }
}

/** An element of an array, or `"key": value` of an object. */
function parsedElement(text: string, ordinal: number, where: string): Raw {
  try {
    if (!/^\s*"/.test(text)) return { kind: 'record', ordinal, value: JSON.parse(text) };
    const [[key, value] = ['', undefined]] = Object.entries(JSON.parse(`{${text}}`) as object);
    return { kind: 'record', ordinal, value, key };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'corrupt', ordinal, where, why: error.message.slice(0, 120) };
  }
}

/** The elements of the array, or the members of the object, that a file is. */
export async function* jsonElements(path: string, options: ReadOptions = {}): AsyncGenerator<Raw> {
  const splitter = new Splitter(options);
  let why = 'the file ends inside of it';
  try {
    for await (const chunk of bytesOf(path, options.progress)) {
      yield* splitter.take(chunk);
      if (splitter.ended) return;
    }
  } catch (error) {
    if (!(error instanceof CutOff)) throw error;
    why = `it cannot be unpacked: ${error.message}`;
  }
  yield* splitter.end(why);
}
