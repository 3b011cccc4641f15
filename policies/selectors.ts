type Labels = Readonly<Record<string, string>>;

/** A selector as workloads, policies and monitors write it. */
export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** Whether labels are all there; an absent selector selects nothing, an empty one everything. */
export function selects(wanted: Labels | undefined, labels: Labels): boolean {
  return wanted !== undefined && Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** Whether a whole selector selects labels; nothing does where there is no selector. */
export function matches(selector: Selector | undefined, labels: Labels): boolean {
  if (selector === undefined || !selects(selector.matchLabels ?? {}, labels)) return false;
  return (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key];
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      default:
        return value === undefined;
    }
  });
}
