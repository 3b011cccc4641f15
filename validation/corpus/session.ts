import type { PauseSource } from './turn';

/** One answer that is asked for: the messages before it are its prompt. */
export interface SessionTurn {
  /** How many of the session's messages are the prompt, at least 1. */
  readonly before: number;
  /** Seconds; null where a law has to say. */
  readonly pause: number | null;
  readonly pauseSource: PauseSource;
  readonly maxTokens: number;
}

/** A session, ready to be written: each message is serialised once, though most bodies have it. */
export interface CorpusSession {
  readonly session: string;
  readonly task: string;
  readonly profile: string;
  readonly app: string;
  /** JSON text of the list of tools; undefined without tools. */
  readonly tools: Buffer | undefined;
  /** JSON texts. */
  readonly messages: readonly Buffer[];
  readonly turns: readonly SessionTurn[];
}

/** Around the messages of a body, which stand between the two with commas. */
export interface Envelope {
  readonly head: Buffer;
  readonly tail: Buffer;
}

/**
 * What is around the messages of a turn. A stream is asked for, with the usage at its end: tokens are what the engine
 * says, for its chunks are not tokens.
 */
export function envelopeOf({ tools }: CorpusSession, { maxTokens }: SessionTurn, model: string): Envelope {
  const rest = `"max_tokens":${maxTokens},"stream":true,"stream_options":{"include_usage":true}}`;
  return {
    head: Buffer.from(`{"model":${JSON.stringify(model)},"messages":[`),
    tail: tools
      ? Buffer.concat([Buffer.from('],"tools":'), tools, Buffer.from(`,${rest}`)])
      : Buffer.from(`],${rest}`),
  };
}

/** Bytes of the bodies of all turns. */
export function bodyBytes(session: CorpusSession, model: string): number {
  const ends = messageEnds(session.messages);
  return session.turns.reduce((sum, turn) => {
    const { head, tail } = envelopeOf(session, turn, model);
    return sum + head.length + (ends[turn.before] ?? 0) + tail.length;
  }, 0);
}

/** Bytes of the first n messages with the commas between them, for each n from 0. */
export function messageEnds(messages: readonly Buffer[]): readonly number[] {
  const ends = [0];
  let end = -1;
  for (const message of messages) {
    end += message.length + 1;
    ends.push(end);
  }
  return ends;
}
