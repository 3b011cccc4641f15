import { HashSet, RunningHash } from './hash-set';
import type { CorpusSession } from './session';

/** Bytes of prompts, tools and messages, of all turns together. */
export interface SharedBytes {
  readonly total: number;
  /** That a turn before in the same session had already. */
  readonly ownTurns: number;
  /** That no turn before in the same session had, but another session. */
  readonly otherSessions: number;
}

/** Positions in the first prompt of a session at which it is compared: 256 bytes are about four blocks of vLLM. */
const BLOCK = 256;

/** After the first prompt sessions are compared at the ends of messages, of so many. Runs of a task part before. */
const LATER_MESSAGES = 24;

/**
 * Counts what a prefix cache that never forgets could have seen before. A prompt begins with the tools, as it does in the
 * format of gpt-oss. A prefix counts up to the last position at which it was compared, so the share of other
 * sessions is a lower bound.
 */
export class Sharing {
  private readonly seen = new HashSet();
  private total = 0;
  private ownTurns = 0;
  private otherSessions = 0;

  get bytes(): SharedBytes {
    return { total: this.total, ownTurns: this.ownTurns, otherSessions: this.otherSessions };
  }

  /** Counts one more session; returns what was counted for it. */
  add(session: CorpusSession): SharedBytes {
    const known = this.knownPrefix(session);
    const sums = { total: 0, ownTurns: 0, otherSessions: 0 };
    let own = 0;
    for (const { before } of session.turns) {
      const prompt = promptBytes(session, before);
      sums.total += prompt;
      sums.ownTurns += own;
      sums.otherSessions += Math.max(0, Math.min(known, prompt) - own);
      own = prompt;
    }
    this.total += sums.total;
    this.ownTurns += sums.ownTurns;
    this.otherSessions += sums.otherSessions;
    return sums;
  }

  /** Bytes with which a session before began as well; remembers this one. */
  private knownPrefix({ tools, messages, turns }: CorpusSession): number {
    const first = turns[0]?.before ?? 0;
    const hash = new RunningHash();
    let [known, bytes, isKnown] = [0, 0, true];
    const compare = () => {
      if (isKnown && this.seen.has(hash.value)) known = bytes;
      else {
        isKnown = false;
        this.seen.add(hash.value);
      }
    };
    const texts = [...(tools ? [tools] : []), ...messages.slice(0, first + LATER_MESSAGES)];
    const inFirst = first + (tools ? 1 : 0);
    for (const [index, text] of texts.entries()) {
      const step = index < inFirst ? BLOCK : text.length;
      for (let from = 0; from < text.length; from += step) {
        const to = Math.min(text.length, from + step);
        hash.update(text, from, to);
        bytes += to - from;
        compare();
      }
    }
    return known;
  }
}

/** Bytes of a prompt: the tools and the messages before its turn. */
export function promptBytes({ tools, messages }: CorpusSession, before: number): number {
  let bytes = tools?.length ?? 0;
  for (let index = 0; index < before; index += 1) bytes += messages[index]?.length ?? 0;
  return bytes;
}
