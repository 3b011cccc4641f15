const NEWLINE = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const BRACKET = 0x5b;

const needle = (text: string) => Buffer.from(text);

/** Members of a chunk that have text in them; an empty one, as in the chunk with the role, is no token. */
const TEXTS = ['"content":', '"reasoning":', '"reasoning_content":', '"text":'].map(needle);
const TOOL_CALLS = needle('"tool_calls":');
const DATA = needle('data:');
const DONE = needle('[DONE]');
const ERROR = needle('"error":');
const USAGE = needle('"usage":');
const COUNTS = {
  promptTokens: needle('"prompt_tokens":'),
  completionTokens: needle('"completion_tokens":'),
  cachedTokens: needle('"cached_tokens":'),
} as const;

/**
 * Reads an answer as bytes, line by line, and parses nothing: when tokens come, and the usage that the engine counted.
 * Tokens are not chunks: a chunk may have several, and a token may show in none; {@link completionTokens} are the
 * engine's own count.
 */
export class StreamScan {
  /** Chunks with text, reasoning or a tool call in them. */
  chunks = 0;
  promptTokens = Number.NaN;
  completionTokens = Number.NaN;
  cachedTokens = Number.NaN;
  /** The stream told its end. */
  isDone = false;
  /** An event, or the answer, says that it failed. */
  isError = false;
  private rest: Buffer | undefined;

  /** @returns How many chunks of tokens were completed by these bytes. */
  feed(bytes: Buffer): number {
    const before = this.chunks;
    const data = this.rest === undefined ? bytes : Buffer.concat([this.rest, bytes]);
    let begin = 0;
    for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, begin)) {
      this.line(data.subarray(begin, end));
      begin = end + 1;
    }
    this.rest = begin < data.length ? data.subarray(begin) : undefined;
    return this.chunks - before;
  }

  /** To be called at the end of the answer: one that is no stream is a single line. */
  end(): void {
    if (this.rest === undefined) return;
    this.usage(this.rest);
    if (this.rest.subarray(0, 256).includes(ERROR)) this.isError = true;
    this.rest = undefined;
  }

  private line(line: Buffer): void {
    if (line.length < DATA.length || !line.subarray(0, DATA.length).equals(DATA)) {
      this.usage(line);
      return;
    }
    if (hasTokens(line)) this.chunks += 1;
    else if (line.includes(DONE)) this.isDone = true;
    else if (line.subarray(0, 64).includes(ERROR)) this.isError = true;
    this.usage(line);
  }

  private usage(line: Buffer): void {
    const at = line.indexOf(USAGE);
    if (at < 0) return;
    for (const name of ['promptTokens', 'completionTokens', 'cachedTokens'] as const) {
      const found = line.indexOf(COUNTS[name], at);
      if (found >= 0) this[name] = wholeAt(line, found + COUNTS[name].length);
    }
  }
}

function hasTokens(line: Buffer): boolean {
  for (const text of TEXTS) {
    const at = afterSpaces(line, line.indexOf(text), text);
    if (line[at] === QUOTE && line[at + 1] !== QUOTE) return true;
  }
  return line[afterSpaces(line, line.indexOf(TOOL_CALLS), TOOL_CALLS)] === BRACKET;
}

/** Where the value of a member begins; the line's end where it has no such member. */
function afterSpaces(line: Buffer, found: number, name: Buffer): number {
  if (found < 0) return line.length;
  let at = found + name.length;
  while (line[at] === SPACE) at += 1;
  return at;
}

/** The whole number that begins there, after spaces. */
function wholeAt(line: Buffer, begin: number): number {
  let [at, value, digits] = [begin, 0, 0];
  while (line[at] === SPACE) at += 1;
  for (let digit = line[at] ?? 0; digit >= 0x30 && digit <= 0x39; digit = line[at] ?? 0) {
    value = value * 10 + (digit - 0x30);
    [at, digits] = [at + 1, digits + 1];
  }
  return digits === 0 ? Number.NaN : value;
}
