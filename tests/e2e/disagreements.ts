/** Where the API server and the schemas differ, and why that is left so. */
export interface Disagreement {
  /** What the objects have in common: the change that was made to them. */
  readonly change: RegExp;
  /** What the API server says, or nothing where it accepts what we refuse. */
  readonly server: RegExp;
  readonly reason: string;
}

export const DISAGREEMENTS: readonly Disagreement[] = [
  {
    change: / is null$/,
    server: /Invalid value: "?null"?/,
    reason:
      'A null in a custom object is dropped where an object is created, and kept by server-side apply, which then ' +
      'refuses it. Charts are full of nulls that mean nothing, and they are taken for that.',
  },
];
