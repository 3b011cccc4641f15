/** Families of laws that ServeGen fits to gaps. */
export type GapFamily = 'gamma' | 'weibull' | 'exponential';

/** A time in which the requests of one client follow one law. */
export interface LawWindow {
  /** When it begins, in seconds; it lasts until the next one begins. */
  readonly from: number;
  /** Requests per second; 0: none, and no law. */
  readonly rate: number;
  /** Coefficient of variation of the gaps that were recorded; the fitted law has one of its own. */
  readonly cv: number;
  readonly law: { readonly family: GapFamily; readonly shape: number } | null;
}
