import type { RecordedName } from './metrics';

/**
 * What one value of a panel counts; whoever draws the panel chooses the prefix: 0.103 s is 103 ms. `money` is in the currency
 * of the platform, which a board does not know.
 */
export type PanelUnit =
  | 'gigabytes per second'
  | 'money'
  | 'ratio'
  | 'requests'
  | 'requests per second'
  | 'seconds'
  | 'times'
  | 'tokens'
  | 'tokens per second';

/**
 * A query in PromQL over recorded series. It may hold the variables of its board (`$workload`, `$tenant`, `$model`: regular
 * expressions) and `$__range`, the time that is shown, as Grafana and Perses write them.
 */
export interface Expression {
  readonly promql: string;
  /** Every series that it reads. */
  readonly series: readonly RecordedName[];
}

export interface PanelQuery {
  readonly expression: Expression;
  /** What a line, or a column of a table, is called; `{{label}}` stands for the value of a label. */
  readonly legend: string;
  /** Of a column whose values are not in the panel's unit. */
  readonly unit?: PanelUnit;
}

/** A value from which on something is to be done. */
export interface Threshold {
  readonly from: number;
  readonly level: 'critical' | 'warning';
  /** Why this number: where it is from. */
  readonly because: string;
}

/**
 * - `stat`: the last value, with its course beneath
 * - `lines`: values over time; `areas`: the same, stacked, for parts of a sum
 * - `table`: one row for each combination of labels, one column for each query, over the time that is shown
 */
export type PanelKind = 'areas' | 'lines' | 'stat' | 'table';

export interface Panel {
  /** Unique on its board: lower-case words with hyphens. */
  readonly id: string;
  readonly title: string;
  readonly kind: PanelKind;
  readonly unit: PanelUnit;
  /** Columns of twelve. */
  readonly width: 2 | 3 | 4 | 6 | 12;
  /** What its values mean. */
  readonly meaning: string;
  /** What to look at first when they are bad. */
  readonly lookAt: string;
  /** Why there may be no value, as the end of the sentence "No data, because …". */
  readonly absent: string;
  readonly queries: readonly PanelQuery[];
  readonly thresholds: readonly Threshold[];
  /** Upper end of the axis. Default: by the values. */
  readonly most?: number;
  /** Labels that are the first columns of a table, with their headings. */
  readonly rows?: Readonly<Record<string, string>>;
  /** The figure or the table of the white paper that it repeats. */
  readonly paper?: string;
}

/** What a reader of a board may choose; `all` by default. */
export type BoardVariable = 'model' | 'tenant' | 'workload';

/** Where the values of a variable come from. */
export interface VariableSource {
  readonly title: string;
  readonly series: RecordedName;
  readonly label: string;
}

export interface Board {
  /** Its name in addresses and files. */
  readonly id: string;
  readonly title: string;
  /** The question that it answers. */
  readonly about: string;
  /** In which order to look, and what each says. */
  readonly lookFirst: readonly string[];
  readonly variables: Readonly<Partial<Record<BoardVariable, VariableSource>>>;
  readonly sections: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
}

/** All panels of a board, from its top. */
export const panelsOf = ({ sections }: Board): readonly Panel[] => sections.flatMap(({ panels }) => panels);
