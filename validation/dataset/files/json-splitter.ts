import { parsedRecord } from './parse';
import { LARGEST_RECORD, type Raw, type ReadOptions } from './raw';

const [QUOTE, BACKSLASH, COMMA, NEWLINE, SPACE, TAB, RETURN] = [0x22, 0x5c, 0x2c, 0x0a, 0x20, 0x09, 0x0d];
const [OPEN, CLOSE, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Where to go on in a file whose element lost a bracket. */
export interface Resume {
  /** Of the first byte of the next element. */
  readonly position: number;
  readonly ordinal: number;
  readonly indent: number;
  readonly top: number;
}

/**
 * Finds where the elements of one large JSON array, or the members of one large object, begin and end; each is then
 * parsed by itself. A streaming parser would do, were it not that it ends for good at the first wrong character: here a
 * broken element costs itself. Where its quotes do not pair, the next line that begins as the first element did is
 * where reading goes on: no JSON text holds a newline.
 */
export class ElementSplitter {
  /** Bytes of the element that is open. */
  private parts: Buffer[] = [];
  private held = 0;
  private depth = 0;
  /** The bracket that opens the whole. */
  private top: number | undefined;
  private inText = false;
  private escaped = false;
  /** Set where the open element cannot be parsed: why. */
  private broken: string | undefined;
  /** Bytes before the first element that begins a line, in that line; undefined until it was seen. */
  private indent: number | undefined;
  private lineStart: number;
  private onlySpaces = true;
  private position: number;
  private elementStart: number;
  private ordinal = 0;
  private isOver = false;
  /** The first line within the open element that begins as an element does. */
  private inner: number | undefined;
  /** Elements that are right have such lines: they say nothing. */
  private isInnerUsual = false;

  constructor(
    private readonly options: ReadOptions,
    from?: Resume,
  ) {
    this.position = from?.position ?? 0;
    this.elementStart = this.position;
    this.lineStart = this.position - (from?.indent ?? 0);
    if (from === undefined) return;
    this.ordinal = from.ordinal;
    this.indent = from.indent;
    this.top = from.top;
    this.depth = 1;
  }

  /** After the last byte: where to read again; undefined where nothing is to be gained. */
  get resume(): Resume | undefined {
    const { inner, indent, top, ordinal } = this;
    if (this.isOver || this.isInnerUsual) return undefined;
    if (inner === undefined || indent === undefined || top === undefined) return undefined;
    return { position: inner, indent, top, ordinal: ordinal + 1 };
  }

  *take(chunk: Buffer): Generator<Raw> {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (this.inText && !this.textEnds(byte, at)) continue;
      if (byte === NEWLINE) {
        this.lineStart = this.position + at + 1;
        this.onlySpaces = true;
        continue;
      }
      if (byte === SPACE || byte === TAB || byte === RETURN) continue;
      const beginsLine = this.onlySpaces;
      this.onlySpaces = false;
      if (this.isOver) {
        yield {
          kind: 'corrupt',
          ordinal: this.ordinal,
          where: `byte ${this.position + at}`,
          why: 'the file goes on after its end',
        };
        return;
      }
      if (beginsLine && this.depth > 1 && this.isLikeElement(byte, at)) {
        if (this.broken !== undefined) {
          yield this.element(undefined, at);
          this.depth = 1;
          this.elementStart = this.position + at;
          from = at;
        } else this.inner ??= this.position + at;
      }
      if (byte === QUOTE) this.textBegins(at, beginsLine);
      else if (byte === OPEN || byte === OPEN_OBJECT) from = this.opened(byte, at, beginsLine) ?? from;
      else if (byte === CLOSE || byte === CLOSE_OBJECT)
        yield* this.closed(byte, chunk.subarray(from, at), at);
      else if (byte === COMMA && this.depth === 1) {
        yield this.element(chunk.subarray(from, at), at);
        from = at + 1;
      }
    }
    if (!this.isOver && this.depth > 0) this.keep(chunk.subarray(from));
    this.position += chunk.length;
  }

  /** What is left where the file ends inside of the whole. */
  *end(why: string): Generator<Raw> {
    if (this.isOver) return;
    yield {
      kind: 'corrupt',
      ordinal: this.ordinal,
      where: `byte ${this.elementStart}`,
      why: this.broken ?? why,
    };
  }

  private textBegins(at: number, beginsLine: boolean): void {
    this.inText = true;
    const isKey = this.depth === 1 && this.top === OPEN_OBJECT && beginsLine;
    if (isKey) this.indent ??= this.position + at - this.lineStart;
  }

  /** Whether a byte of a text is outside of it: a newline, which no text holds. */
  private textEnds(byte: number, at: number): boolean {
    if (byte === NEWLINE) {
      this.broken ??= `a text does not end before byte ${this.position + at}`;
      this.inText = false;
      this.escaped = false;
      return true;
    }
    if (this.escaped) this.escaped = false;
    else if (byte === BACKSLASH) this.escaped = true;
    else if (byte === QUOTE) this.inText = false;
    return false;
  }

  private isLikeElement(byte: number, at: number): boolean {
    const begins = this.top === OPEN ? OPEN_OBJECT : QUOTE;
    return byte === begins && this.indent === this.position + at - this.lineStart;
  }

  /** Where the first element begins, if this opens the whole. */
  private opened(byte: number, at: number, beginsLine: boolean): number | undefined {
    this.depth += 1;
    if (this.depth === 1) {
      this.top = byte;
      this.elementStart = this.position + at + 1;
      return at + 1;
    }
    if (this.depth === 2 && this.indent === undefined && beginsLine) {
      this.indent = this.position + at - this.lineStart;
    }
    return undefined;
  }

  private *closed(byte: number, last: Buffer, at: number): Generator<Raw> {
    if (this.depth > 1) {
      this.depth -= 1;
      return;
    }
    // One bracket too many belongs to the element before it, and ends nothing.
    if (this.top !== undefined && byte !== this.top + 2) {
      this.broken ??= `a bracket too many at byte ${this.position + at}`;
      return;
    }
    const isEmpty = this.held === 0 && last.toString('latin1').trim() === '';
    if (!isEmpty) yield this.element(last, at);
    this.isOver = true;
  }

  private keep(part: Buffer): void {
    this.held += part.length;
    if (this.held > LARGEST_RECORD) {
      this.broken ??= `longer than ${LARGEST_RECORD} bytes`;
      this.parts = [];
    } else if (part.length > 0) this.parts.push(part);
  }

  private element(last: Buffer | undefined, at: number): Raw {
    if (last !== undefined) this.keep(last);
    const [bytes, start, broken, ordinal] = [this.parts, this.elementStart, this.broken, this.ordinal];
    this.isInnerUsual ||= last !== undefined && broken === undefined && this.inner !== undefined;
    this.parts = [];
    this.held = 0;
    this.broken = undefined;
    this.inner = undefined;
    this.ordinal += 1;
    this.elementStart = this.position + at + 1;
    const where = `byte ${start}`;
    if (broken !== undefined || last === undefined) {
      return { kind: 'corrupt', ordinal, where, why: broken ?? 'it does not end' };
    }
    if (this.options.wanted && !this.options.wanted(ordinal)) return { kind: 'skipped', ordinal };
    const text = Buffer.concat(bytes).toString();
    return this.top === OPEN ? parsedRecord(text, ordinal, where) : parsedMember(text, ordinal, where);
  }
}

/** `"key": value` */
function parsedMember(text: string, ordinal: number, where: string): Raw {
  const found = parsedRecord(`{${text}}`, ordinal, where);
  if (found.kind !== 'record') return found;
  const [[key, value] = ['', undefined]] = Object.entries(found.value as object);
  return { kind: 'record', ordinal, value, key };
}
