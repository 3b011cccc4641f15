/** What is changed on the way from a record to a body, and who refuses it unchanged. */
export const REWRITES = {
  functionRole: {
    what: 'role function',
    became: 'role user, or tool with --role-function tool',
    refusedBy:
      'the gateway (unknown message type, 400) and an engine with gpt-oss (400); Llama on vLLM answers it',
  },
  functionCall: {
    what: 'function_call',
    became: 'text of a ReAct step, or tool_calls with --role-function tool',
    refusedBy: 'nobody, but the call would be lost: chat templates know tool_calls only',
  },
  argumentsObject: {
    what: 'arguments that are an object',
    became: 'a JSON string',
    refusedBy: 'the engine (400)',
  },
  nameNull: { what: 'name: null', became: 'no name', refusedBy: 'the engine (400)' },
  toolCallsText: {
    what: 'tool_calls that is a text, such as "None"',
    became: 'no tool_calls',
    refusedBy: 'the engine (500)',
  },
  contentNull: {
    what: 'content null of the assistant',
    became: "''",
    refusedBy: 'some checks of schemas, and no engine',
  },
  otherContentNull: { what: 'content null of another role', became: "''", refusedBy: 'the engine (400)' },
  foreignRole: {
    what: 'a role or key of another format (ai, from/value, observation)',
    became: 'the role of the API',
    refusedBy: 'the gateway (400) and the engine (400)',
  },
  toolWithoutId: {
    what: 'a tool result without tool_call_id',
    became: 'the id of the call before it, or role user',
    refusedBy: 'the engine (400)',
  },
  joined: {
    what: 'messages of the assistant that follow each other',
    became: 'one message',
    refusedBy: 'nobody, but no engine was asked in between',
  },
  partsLeftOut: {
    what: 'parts of a content that are no text',
    became: 'nothing',
    refusedBy: 'gpt-oss, which reads no pictures',
  },
} as const;

export type Rewrite = keyof typeof REWRITES;

/** How often each was done. */
export type Rewrites = Partial<Record<Rewrite, number>>;

export function addTo<K extends string>(counts: Partial<Record<K, number>>, key: K, more = 1): void {
  if (more > 0) counts[key] = (counts[key] ?? 0) + more;
}

/** Adds the counts of `more` to those of `counts`. */
export function addAll<K extends string>(
  counts: Partial<Record<K, number>>,
  more: Partial<Record<K, number>>,
): void {
  for (const [key, count] of Object.entries(more) as [K, number][]) addTo(counts, key, count);
}
