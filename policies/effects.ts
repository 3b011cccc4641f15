import type { Severity } from '../base/finding';

/** What an effect is, and how serious a finding of it. */
interface EffectMeaning {
  readonly severity: Exclude<Severity, 'info'>;
  /** What becomes of an object that breaks the rule. */
  readonly means: string;
}

/**
 * What happens where a rule is broken. The severity follows from it: an error does not work or is open to abuse, a warning
 * works and will hurt in operation. An info is never a rule's own: it is what a part of a platform may have elsewhere.
 */
export const EFFECTS = {
  refused: {
    severity: 'error',
    means: 'a controller, the kubelet or Prometheus refuses it, and nothing in it is in force',
  },
  ineffective: { severity: 'error', means: 'it is accepted, and does not do what it says, without a word' },
  failing: { severity: 'error', means: 'requests fail, or pods do not start or cannot be replaced' },
  unsafe: { severity: 'error', means: 'it is open to abuse, or shows what is secret' },
  fragile: { severity: 'warning', means: 'it works, and will hurt in operation' },
} as const satisfies Readonly<Record<string, EffectMeaning>>;

export type Effect = keyof typeof EFFECTS;

/** Of a rule's findings, where everything that exists is known. */
export const severityOf = ({ effect }: { readonly effect: Effect }): EffectMeaning['severity'] =>
  EFFECTS[effect].severity;
