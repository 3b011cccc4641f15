/** A request body of known length that need not be in memory as a whole. */
export interface Body {
  readonly bytes: number;
  slices(): Iterable<Buffer>;
}

/** A chat completion to ask for. Without `stream` the answer comes whole. */
export interface Question {
  readonly model: string;
  /** Default: a short sentence. */
  readonly content?: string;
  /** Default 1: an answer as short as it can be. */
  readonly maxTokens?: number;
  readonly stream?: boolean;
  /** Whether a streamed answer has to end with the usage. Default: not said. */
  readonly includeUsage?: boolean;
}

const SLICE = Buffer.alloc(64 * 1024, 'x');

/** The JSON text of a question. The model comes first, so that replacing it changes nothing else. */
export function questionText({ model, content, maxTokens = 1, stream, includeUsage }: Question): string {
  return JSON.stringify({
    model,
    messages: [{ role: 'user', content: content ?? 'Say something short.' }],
    max_tokens: maxTokens,
    ...(stream && { stream }),
    ...(includeUsage !== undefined && { stream_options: { include_usage: includeUsage } }),
  });
}

export function textBody(text: string): Body {
  const whole = Buffer.from(text);
  return { bytes: whole.length, slices: () => [whole] };
}

/**
 * A question whose prompt makes the body exactly `bytes` long.
 *
 * @throws RangeError where `bytes` is too few for a question.
 */
export function promptOf(bytes: number, question: Omit<Question, 'content'>): Body {
  const mark = '\u0000';
  const [head = '', tail = ''] = questionText({ ...question, content: mark }).split(
    JSON.stringify(mark).slice(1, -1),
  );
  const prompt = bytes - Buffer.byteLength(head) - Buffer.byteLength(tail);
  if (prompt < 1) throw new RangeError(`${bytes} bytes are too few for a request`);
  return {
    bytes,
    *slices() {
      yield Buffer.from(head);
      for (let left = prompt; left > 0; left -= SLICE.length)
        yield SLICE.subarray(0, Math.min(left, SLICE.length));
      yield Buffer.from(tail);
    },
  };
}
