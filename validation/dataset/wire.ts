import { argumentsText, callArguments, callId, callName, callsOf, type WireCall } from './calls';
import { contentOf } from './content';
import { stepOf, stepText } from './react';
import { addTo, type Rewrites } from './rewrites';
import type { RecordedMessage } from './session';
import { type Fields, isFields, parsed, stringOf } from './values';

/** What becomes of `role: function`: `keep` leaves it as it is, to show which layer refuses it. */
export const ROLE_FUNCTION = ['user', 'tool', 'keep'] as const;
export type RoleFunction = (typeof ROLE_FUNCTION)[number];

/** A message that goes over the wire, in the order of its keys. */
export interface WireMessage {
  readonly role: string;
  readonly content: string;
  readonly name?: string;
  readonly function_call?: { readonly name: string; readonly arguments: string };
  readonly tool_calls?: readonly WireCall[];
  readonly tool_call_id?: string;
}

/** A message with what a body does not hold of it. */
export interface Unrolled {
  readonly message: WireMessage;
  /** What the model thought and did not say; not sent again, but the model took the tokens for it. */
  readonly reasoning: string;
  readonly time: number | undefined;
  /** True for an answer of a model. */
  readonly asked: boolean;
}

const ROLES: Readonly<Record<string, string>> = {
  ...{ system: 'system', developer: 'developer', user: 'user', assistant: 'assistant', tool: 'tool' },
  ...{ function: 'function', ai: 'assistant', gpt: 'assistant', bot: 'assistant', model: 'assistant' },
  ...{ agent: 'assistant', human: 'user', observation: 'user', tool_result: 'tool', ipython: 'tool' },
};

/** Rewrites the messages of one session so that gateway and engine take them; counts what was changed. */
export class Wire {
  private readonly counts: Rewrites = {};
  private readonly out: Unrolled[] = [];
  /** Ids of calls that no result has answered yet, the earliest first. */
  private open: string[] = [];
  private made = 0;

  private constructor(private readonly roleFunction: RoleFunction) {}

  static of(
    messages: readonly RecordedMessage[],
    roleFunction: RoleFunction,
  ): { readonly messages: readonly Unrolled[]; readonly rewrites: Rewrites } {
    const wire = new Wire(roleFunction);
    for (const message of messages) wire.add(message);
    return { messages: wire.out, rewrites: wire.counts };
  }

  private add({ fields, time, asked = true }: RecordedMessage): void {
    const named = stringOf(fields.role) ?? stringOf(fields.from) ?? 'user';
    const role = ROLES[named.toLowerCase()] ?? 'user';
    if (role !== named || fields.role === undefined) addTo(this.counts, 'foreignRole');
    if (fields.name === null) addTo(this.counts, 'nameNull');
    if (isToolCallsText(fields.tool_calls)) addTo(this.counts, 'toolCallsText');
    const given = fields.content ?? fields.value ?? fields.text ?? null;
    const { text, leftOut } = contentOf(given);
    addTo(this.counts, 'partsLeftOut', leftOut);
    if (given === null) addTo(this.counts, role === 'assistant' ? 'contentNull' : 'otherContentNull');
    if (role !== 'assistant') {
      const message = this.inputMessage(role, text, fields);
      this.out.push({ message, reasoning: '', time, asked: false });
      return;
    }
    const message = this.answer(text, fields);
    const reasoning = contentOf(fields.reasoning_content ?? fields.reasoning).text;
    this.addAnswer({ message, reasoning, time, asked });
  }

  private inputMessage(role: string, content: string, fields: Fields): WireMessage {
    if (role === 'function') return this.functionMessage(content, fields);
    if (role !== 'tool') return { role, content };
    const id = stringOf(fields.tool_call_id);
    if (id === undefined) {
      addTo(this.counts, 'toolWithoutId');
      return this.resultOfOpenCall(content);
    }
    this.open = this.open.filter((each) => each !== id);
    return { role, content, tool_call_id: id };
  }

  private functionMessage(content: string, { name }: Fields): WireMessage {
    if (this.roleFunction === 'keep') {
      return { role: 'function', content, ...(typeof name === 'string' && { name }) };
    }
    addTo(this.counts, 'functionRole');
    return this.roleFunction === 'user' ? { role: 'user', content } : this.resultOfOpenCall(content);
  }

  /** Without a call there is nothing that it could be the result of. */
  private resultOfOpenCall(content: string): WireMessage {
    const id = this.open.shift();
    return id === undefined ? { role: 'user', content } : { role: 'tool', content, tool_call_id: id };
  }

  private answer(content: string, fields: Fields): WireMessage {
    const calls = callsOf(fields.tool_calls)?.flatMap((call) => this.call(call) ?? []);
    if (calls !== undefined && calls.length > 0) {
      this.open = calls.map(({ id }) => id);
      return { role: 'assistant', content, tool_calls: calls };
    }
    if (isFields(fields.function_call)) return this.legacyCall(content, fields.function_call);
    const step = this.roleFunction === 'tool' ? stepOf(content) : undefined;
    if (step === undefined) return { role: 'assistant', content };
    const made = this.newCall(step.name, step.input);
    this.open = [made.id];
    return { role: 'assistant', content: step.thought, tool_calls: [made] };
  }

  private legacyCall(content: string, call: Fields): WireMessage {
    const name = callName(call) ?? 'unknown';
    const input = this.argumentsOf(call);
    if (this.roleFunction === 'keep') {
      return { role: 'assistant', content, function_call: { name, arguments: input } };
    }
    addTo(this.counts, 'functionCall');
    if (this.roleFunction === 'user') {
      return { role: 'assistant', content: stepText({ thought: content, name, input }) };
    }
    const made = this.newCall(name, input);
    this.open = [made.id];
    return { role: 'assistant', content, tool_calls: [made] };
  }

  private call(call: Fields): WireCall | undefined {
    const name = callName(call);
    return name === undefined ? undefined : this.newCall(name, this.argumentsOf(call), callId(call));
  }

  private argumentsOf(call: Fields): string {
    const { text, wasObject } = argumentsText(callArguments(call));
    if (wasObject) addTo(this.counts, 'argumentsObject');
    return text;
  }

  private newCall(name: string, input: string, id = `call_${this.made}`): WireCall {
    this.made += 1;
    return { id, type: 'function', function: { name, arguments: input } };
  }

  /** A model is not asked again where nothing was added to its own answer: the second one is a part of the first. */
  private addAnswer(answer: Unrolled): void {
    const last = this.out.at(-1);
    if (last?.message.role !== 'assistant') {
      this.out.push(answer);
      return;
    }
    addTo(this.counts, 'joined');
    const calls = [...(last.message.tool_calls ?? []), ...(answer.message.tool_calls ?? [])];
    this.out[this.out.length - 1] = {
      message: {
        ...last.message,
        ...answer.message,
        content: [last.message.content, answer.message.content].filter((text) => text !== '').join('\n\n'),
        ...(calls.length > 0 && { tool_calls: calls }),
      },
      reasoning: last.reasoning + answer.reasoning,
      time: answer.time ?? last.time,
      asked: last.asked || answer.asked,
    };
    if (calls.length > 0) this.open = calls.map(({ id }) => id);
  }
}

/** A text in place of a list of calls, unless it is the list as JSON. */
const isToolCallsText = (value: unknown): boolean =>
  typeof value === 'string' && !Array.isArray(parsed(value));
