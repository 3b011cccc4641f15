import { type Fields, isFields, jsonText, listOf, parsed, stringOf, withoutNulls } from './values';

/** A call of a function by the assistant, as the OpenAI API has it. */
export interface WireCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

/** A definition of a function, as the OpenAI API has it. */
export interface WireTool {
  readonly type: 'function';
  readonly function: Fields;
}

/** The arguments of a call as text, which the API demands; whether they were something else. */
export function argumentsText(value: unknown): { readonly text: string; readonly wasObject: boolean } {
  if (typeof value === 'string') return { text: value, wasObject: false };
  if (value === null || value === undefined) return { text: '{}', wasObject: false };
  return { text: jsonText(value), wasObject: true };
}

/**
 * The calls of a message, under the names of the OpenAI API, of ATIF (`tool_call_id`, `function_name`) or of its
 * dialects (`id`, `name`); undefined where there are none.
 */
export function callsOf(value: unknown): readonly Fields[] | undefined {
  const calls = listOf(value)?.filter(isFields);
  return calls === undefined || calls.length === 0 ? undefined : calls;
}

export const callId = (call: Fields): string | undefined => stringOf(call.id) ?? stringOf(call.tool_call_id);

export function callName(call: Fields): string | undefined {
  const inner = isFields(call.function) ? call.function.name : call.function;
  return [inner, call.function_name, call.name, call.tool, call.fn]
    .map(stringOf)
    .find((name) => name !== undefined);
}

/** Null where the call has none. */
export function callArguments(call: Fields): unknown {
  const inner = isFields(call.function) ? call.function.arguments : undefined;
  return inner ?? call.arguments ?? call.args ?? call.input ?? call.parameters ?? null;
}

/** An object, or JSON text of one. */
function fieldsOf(value: unknown): Fields | undefined {
  const given = typeof value === 'string' ? parsed(value) : value;
  return isFields(given) ? given : undefined;
}

/** Definitions in the form of the API; what has no name is left out. */
export function wireTools(tools: readonly unknown[]): readonly WireTool[] {
  return tools.map(fieldsOf).flatMap((tool) => {
    if (tool === undefined) return [];
    const definition = isFields(tool.function) ? tool.function : tool;
    const name = stringOf(definition.name);
    if (name === undefined) return [];
    const parameters = isFields(definition.parameters) ? definition.parameters : definition.input_schema;
    const kept = {
      name,
      description: stringOf(definition.description),
      parameters: isFields(parameters) ? parameters : undefined,
    };
    return [{ type: 'function' as const, function: withoutNulls(kept) as Fields }];
  });
}
