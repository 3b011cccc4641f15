/** Collects the values of an option that may be given several times. */
export const list = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
