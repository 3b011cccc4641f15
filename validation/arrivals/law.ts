/** Independent actors: gaps are exponential, mean 1 / rate. */
export interface ExponentialLaw {
  readonly kind: 'exponential';
  /** Per second. */
  readonly rate: number;
}

/** A renewal process whose gaps are Gamma distributed: shape 1 / cv², scale cv² / rate. */
export interface GammaLaw {
  readonly kind: 'gamma';
  /** Per second. */
  readonly rate: number;
  /** Coefficient of variation of the gaps; 1 is exponential. */
  readonly cv: number;
}

/** One of the two states of a Markov-modulated Poisson process. */
export interface PhaseLaw {
  /** Arrivals per second while it lasts; 0: silent. */
  readonly rate: number;
  /** Mean of how long it lasts, exponential, in seconds. */
  readonly seconds: number;
}

/** A two-state Markov-modulated Poisson process. */
export interface MmppLaw {
  readonly kind: 'mmpp';
  readonly on: PhaseLaw;
  readonly off: PhaseLaw;
}

/** A law of arrivals that a plan draws from. */
export type Law = ExponentialLaw | GammaLaw | MmppLaw;

/**
 * What a law drives on its own: every user, all users of a profile together, or the whole platform. Independent users
 * wash bursts out: the sum of many sparse streams tends to Poisson, so the bursts of a profile need `profile`.
 */
export type Scope = 'user' | 'profile' | 'platform';
