/** A name for other models together. */
export interface RouteDocument {
  /** Weight by model. */
  readonly split?: Readonly<Record<string, number>>;
  readonly fallback: readonly string[];
  readonly order: Order;
  readonly session?: SessionDocument;
}

/** In which order the models of a fallback list are tried. */
export type Order = 'listed' | 'cheapest' | 'fastest';

export interface SessionDocument {
  readonly header: string;
}
