/** How a gated run goes. Times are in seconds of the plan's clock. */
export interface GateSettings {
  /** Low load, whose mean time to the first token is what later ones are compared with. */
  readonly baseline: {
    readonly users: number;
    /** First tokens that it takes at least. */
    readonly firstTokens: number;
    /** Largest relative standard error of the mean. */
    readonly error: number;
    /** After so many windows without a baseline the run ends. */
    readonly windows: number;
    /** A smaller mean counts as this much: three times of noise is no verdict. */
    readonly floor: number;
  };
  readonly ramp: {
    /** Each level has so many times the users of the one before, until one does not hold. */
    readonly factor: number;
    /** The last stable level and the first that breaks are no farther apart than this. */
    readonly resolution: number;
    readonly most: number;
  };
  /** After a change of users, before the next window begins. */
  readonly settle: number;
  readonly window: number;
  /** T2: the mean time to the first token, over the baseline's. */
  readonly firstTokenFactor: number;
  /** Windows in a row that T2 has to be passed in: one burst ends no ramp. */
  readonly breaches: number;
  /** T3: preemptions for each request that was scheduled. */
  readonly preemptionRate: number;
  /** Requests that have to be scheduled before T3 is judged: one of two is no rate. */
  readonly preemptionRequests: number;
  /** Of the preemptions; short, because T3 acts at once. */
  readonly preemptionWindow: number;
  /** Windows in a row without telemetry, or without enough of it, after which a run is given up. */
  readonly blind: number;
  /** Share of failed requests that is allowed. */
  readonly errorBudget: number;
  /** Generator lag, 99th percentile, beyond which the load was not what the plan says; in real seconds. */
  readonly lag: number;
  readonly cooldown: number;
  readonly soak: {
    /** Of the users at which T2 was passed: 190 of 224 in the white paper. */
    readonly factor: number;
    readonly seconds: number;
  };
}

/** The rules of the white paper (chapter 6), with what it leaves open chosen here. */
export const PAPER_GATE: GateSettings = {
  baseline: { users: 8, firstTokens: 100, error: 0.1, windows: 20, floor: 0.02 },
  ramp: { factor: 1.5, resolution: 8, most: 512 },
  settle: 30,
  window: 60,
  firstTokenFactor: 3,
  breaches: 2,
  preemptionRate: 0.05,
  preemptionRequests: 20,
  preemptionWindow: 30,
  blind: 3,
  errorBudget: 0.01,
  lag: 0.05,
  cooldown: 60,
  soak: { factor: 190 / 224, seconds: 10_800 },
};
