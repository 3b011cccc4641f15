/** One of several equal parts of a plan, each run by a process, or a machine, of its own. */
export interface Part {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

/** The whole of a plan. */
export const WHOLE: Part = { index: 0, of: 1 };

/** `2/8`: actors whose number divided by 8 leaves 2. Undefined for anything else, and for `8/8`: parts count from 0. */
export function parsePart(text: string): Part | undefined {
  const [, index, of] = /^(\d{1,5})\/(\d{1,5})$/.exec(text)?.map(Number) ?? [];
  return index === undefined || of === undefined || index >= of ? undefined : { index, of };
}

export const partText = ({ index, of }: Part): string => `${index}/${of}`;
