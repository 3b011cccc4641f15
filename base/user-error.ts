const BRAND = Symbol.for('vcf-ai-platform.UserError');

/**
 * Something that the user can mend: its message is all that they are shown. Any other class of error is a bug of ours,
 * and keeps its stack trace.
 *
 * A program that is checked may bring a copy of this package, whose errors are as good: `instanceof` knows them too.
 */
export class UserError extends Error {
  /** What the command exits with: 1 for input that is refused, 2 for what could not be done. */
  readonly exitCode: 1 | 2 = 2;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }

  /** The classes that an error is of, by their names. */
  get [BRAND](): readonly string[] {
    const names: string[] = [];
    for (let at = Object.getPrototypeOf(this); at !== null; at = Object.getPrototypeOf(at)) {
      names.push(at.constructor.name);
    }
    return names;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    const names: unknown = typeof value === 'object' && value !== null && Reflect.get(value, BRAND);
    // biome-ignore lint/complexity/noThisInStatic: the class on the right of instanceof, which may be one below
    return Array.isArray(names) && names.includes(this.name);
  }
}
