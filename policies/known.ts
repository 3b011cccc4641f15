/**
 * Answers about objects that do not change: one who judges many bundles of mostly the same objects asks about each object
 * once.
 */
export class Known {
  private readonly answers = new WeakMap<object, Map<string, unknown>>();

  /** The answer to a question about an object; of one question, all askers mean the same type. */
  once<T>(about: object, question: string, ask: () => T): T {
    const own = this.answers.get(about) ?? new Map<string, unknown>();
    this.answers.set(about, own);
    if (!own.has(question)) own.set(question, ask());
    return own.get(question) as T;
  }
}
