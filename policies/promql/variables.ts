/** A variable of Grafana or Perses: `$model`, `${model:regex}`, `[[model]]`. */
const VARIABLE = /\$\{[^}]*\}|\[\[\w+\]\]|\$\w+/;

/** Strings of PromQL, in which variables may stay, and variables. */
const PARTS = new RegExp(
  `("(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'|\`[^\`]*\`)|(?:${VARIABLE.source})`,
  'g',
);

/** What stands before a duration: `[`, the colon of a subquery, `offset`. */
const BEFORE_DURATION = /(?:\[|:|\boffset\s+-?)\s*$/;

/** What stands for a variable that is no duration. */
export const CHOSEN = 'chosen';

/** Whether a dashboard fills something in before the query is asked. */
export const hasVariables = (promql: string): boolean => VARIABLE.test(promql);

/**
 * An expression of a dashboard as one of PromQL: a variable that is a duration becomes `5m`, any other a name. What
 * readers choose is not known, so nothing may be concluded from either.
 */
export function withoutVariables(promql: string): string {
  return promql.replaceAll(PARTS, (part, text: string | undefined, at: number) => {
    if (text !== undefined) return part;
    return BEFORE_DURATION.test(promql.slice(0, at)) ? '5m' : CHOSEN;
  });
}
