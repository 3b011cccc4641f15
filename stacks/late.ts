import * as pulumi from '@pulumi/pulumi';

const MARK = /\u2063late:(\d+)\u2063/g;

/** Digits of a marker: rules hold keys to a length (R22), and what a marker stands for has to pass them. */
const DIGITS = 64;

/**
 * Carries values that Pulumi knows late (or must keep secret) through constructs, which see plain text only.
 * `late` hands out a marker, `restore` puts the value back where the marker came out, and `assertAllPlaced`
 * refuses a marker that a construct lost or cut.
 */
export class LateValues {
  private readonly values: pulumi.Output<string>[] = [];
  private readonly placed = new Set<number>();

  /** The only door for an Output into a construct. */
  late(value: pulumi.Output<string>): string {
    this.values.push(value);
    return `\u2063late:${String(this.values.length - 1).padStart(DIGITS, '0')}\u2063`;
  }

  /** A copy of the tree with every marker replaced by its value, inside longer texts too. */
  restore<T>(tree: T): pulumi.Input<T> {
    if (typeof tree === 'string') return this.restoreText(tree) as pulumi.Input<T>;
    if (Array.isArray(tree)) return tree.map((item) => this.restore(item)) as pulumi.Input<T>;
    if (tree === null || typeof tree !== 'object') return tree;
    return Object.fromEntries(
      Object.entries(tree).map(([key, value]) => [key, this.restore(value)]),
    ) as pulumi.Input<T>;
  }

  /** @throws Error when a value that was handed out is in no restored tree. */
  assertAllPlaced(): void {
    const lost = this.values.flatMap((_, index) => (this.placed.has(index) ? [] : [index]));
    if (lost.length > 0) throw new Error(`${lost.length} late value(s) are missing in the rendered objects`);
  }

  private restoreText(text: string): pulumi.Input<string> {
    if (text.includes('Calling [toString] on an [Output')) {
      throw new Error(
        `an Output was converted to a string instead of passing through late(): ${text.slice(0, 60)}`,
      );
    }
    const parts = text.split(MARK);
    if (parts.length === 1) return text;
    const values = parts.map((part, i) => (i % 2 === 0 ? part : this.value(Number(part))));
    return pulumi.concat(...values);
  }

  private value(index: number): pulumi.Output<string> {
    const value = this.values[index];
    if (!value) throw new Error(`unknown late value ${index}`);
    this.placed.add(index);
    return value;
  }
}
