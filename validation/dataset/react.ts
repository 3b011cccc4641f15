/** A call of a function as text, the way ToolBench's published training rows have it. */
export interface Step {
  readonly thought: string;
  readonly name: string;
  /** As it was written: mostly JSON. */
  readonly input: string;
}

/** `\nThought: ...\nAction: <name>\nAction Input: <arguments>`, character for character as in the published rows. */
export const stepText = ({ thought, name, input }: Step): string =>
  `\nThought: ${thought}\nAction: ${name}\nAction Input: ${input}`;

/** The call that a text is; undefined where it is none. */
export function stepOf(text: string): Step | undefined {
  const [, thought = '', name, input] =
    /^\s*(?:Thought:([\s\S]*?))?\s*Action:[ \t]*(\S[^\n]*?)[ \t]*\n\s*Action Input:[ \t]*([\s\S]*)$/.exec(
      text,
    ) ?? [];
  return name === undefined || input === undefined ? undefined : { thought: thought.trim(), name, input };
}
