/** Seconds that a page may show, and how far its points lie apart: 180 of them at most, and no two in one evaluation. */
export const RANGES = { 300: 5, 900: 5, 3600: 20 } as const;

export type Range = keyof typeof RANGES;

/** Values of one combination of labels, by time in seconds; null where there is no number. */
export interface SeriesAnswer {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [time: number, value: number | null])[];
}

/** The values of a panel, query by query. */
export interface PanelAnswer {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly queries: readonly (readonly SeriesAnswer[])[];
}
