import type { CorpusSession, SessionTurn } from '../corpus/session';
import { wireTools } from './calls';
import { pauseBefore } from './pauses';
import type { Rewrites } from './rewrites';
import type { Format, Session } from './session';
import { jsonText } from './values';
import { type RoleFunction, type Unrolled, Wire } from './wire';

export interface UnrollOptions {
  readonly app: string;
  readonly roleFunction: RoleFunction;
  /** Tokens of an answer. Default: every answer counts as 1, for who wants no bodies. */
  readonly count?: (text: string) => number;
  /** What `max_tokens` is at most. Default: no limit. */
  readonly maxTokens?: number;
}

/** A session as turns, or why it has none. */
export type UnrolledSession =
  | { readonly unrolled: CorpusSession; readonly rewrites: Rewrites }
  | { readonly dropped: string };

/** Makes of a recorded session the prompts of all its answers: each is everything that was said before it. */
export function unroll(session: Session, format: Format, options: UnrollOptions): UnrolledSession {
  const { messages, rewrites } = Wire.of(session.messages, options.roleFunction);
  const turns = messages.flatMap((message, index) =>
    message.asked && index > 0 ? [turnOf(messages, message, index, options)] : [],
  );
  const last = turns.at(-1);
  if (last === undefined) return { dropped: 'a session without an answer of the assistant' };
  const tools = session.tools && wireTools(session.tools);
  return {
    unrolled: {
      session: `${format.name}/${session.id}`,
      task: session.task,
      profile: format.profile,
      app: options.app,
      tools: tools && tools.length > 0 ? Buffer.from(jsonText(tools)) : undefined,
      // What comes after the last answer is in no prompt.
      messages: messages.slice(0, last.before).map(({ message }) => Buffer.from(jsonText(message))),
      turns,
    },
    rewrites,
  };
}

function turnOf(
  messages: readonly Unrolled[],
  answer: Unrolled,
  index: number,
  { count, maxTokens = Number.POSITIVE_INFINITY }: UnrollOptions,
): SessionTurn {
  const tokens = count
    ? Math.max(
        1,
        answerTexts(answer).reduce((sum, text) => sum + count(text), 0),
      )
    : 1;
  return { before: index, ...pauseBefore(messages, index), maxTokens: Math.min(tokens, maxTokens) };
}

/** All that the model wrote. */
function answerTexts({ message, reasoning }: Unrolled): readonly string[] {
  const calls = [
    ...(message.tool_calls ?? []).map((call) => call.function),
    ...[message.function_call ?? []].flat(),
  ];
  return [reasoning, message.content, ...calls.flatMap((call) => [call.name, call.arguments])];
}
