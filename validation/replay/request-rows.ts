/** How a request ended for its client. */
export const OUTCOMES = {
  /** 200, whole. */
  ok: 0,
  /** Another status than 200. */
  refused: 1,
  /** The connection broke, or the stream ended early or told an error. */
  broken: 2,
  /** Nothing came for as long as a request may take. */
  timeout: 3,
  /** We cut it off at the end of the run: no fault of the platform. */
  cut: 4,
} as const;

export type Outcome = keyof typeof OUTCOMES;
export const OUTCOME_NAMES = Object.keys(OUTCOMES) as readonly Outcome[];

const FAILED: ReadonlySet<number> = new Set([OUTCOMES.refused, OUTCOMES.broken, OUTCOMES.timeout]);

/** Whether the platform is to blame: what we cut off is no failure of it. */
export const isFailed = ({ outcome }: Pick<RequestRow, 'outcome'>): boolean => FAILED.has(outcome);

/**
 * What is kept of a request. Times are in seconds since the run began, on the clock of the generator; NaN where a
 * moment did not come or a number was not told.
 */
export const ROW_FIELDS = [
  'actor',
  'step',
  /** When the plan wanted it. */
  'due',
  /** When it could have been sent: when due, or when the turn before it ended, if that is later. */
  'ready',
  /** When its first byte was given to the system. */
  'sent',
  /** When the head of the answer came. */
  'answered',
  /** When the first token came; never the chunk with the role. */
  'firstToken',
  'lastToken',
  'end',
  'status',
  'outcome',
  'promptTokens',
  'completionTokens',
  'cachedTokens',
  /** Chunks with tokens. */
  'chunks',
  'bytesSent',
  'bytesReceived',
] as const;

export type RowField = (typeof ROW_FIELDS)[number];
export type RequestRow = Record<RowField, number>;

export const ROW_SIZE = ROW_FIELDS.length;

/** Rows behind each other in one array of numbers, which a thread can give away. */
export class RowWriter {
  private rows = new Float64Array(64 * ROW_SIZE);
  private used = 0;

  add(row: RequestRow): void {
    if (this.used + ROW_SIZE > this.rows.length) {
      const larger = new Float64Array(this.rows.length * 2);
      larger.set(this.rows);
      this.rows = larger;
    }
    for (const field of ROW_FIELDS) this.rows[this.used++] = row[field];
  }

  /** What was added since the last call. */
  take(): Float64Array {
    const taken = this.rows.slice(0, this.used);
    this.used = 0;
    return taken;
  }
}
