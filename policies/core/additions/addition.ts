import type { Validation } from '../../cel/validations';
import type { Structural } from '../../structural';

/**
 * What the API server's own code asks of a definition beyond Kubernetes' OpenAPI document
 * (k8s.io/kubernetes, pkg/apis: the validation of each group).
 */
export interface Addition {
  /** Fields that may not be left out, though the document does not say so. */
  readonly required?: readonly string[];
  /** Fields that may be left out, though the document does not say so. */
  readonly optional?: readonly string[];
  /** Keywords for fields, and for the object as a whole. */
  readonly properties?: Readonly<Record<string, Structural>>;
  readonly keywords?: Structural;
  readonly validations?: readonly Validation[];
}

export type Additions = Readonly<Record<string, Addition>>;

export const oneOf = (...values: readonly string[]): Structural => ({ enum: values });

export const LABEL: Structural = { maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' };

export const SUBDOMAIN: Structural = {
  maxLength: 253,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
};

export const QUALIFIED: Structural = {
  maxLength: 317,
  pattern:
    '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$',
};

export const PRESENT: Structural = { minLength: 1 };

export const AT_LEAST_0: Structural = { minimum: 0 };

export const PORT: Structural = { minimum: 1, maximum: 65535 };

/** A number of Pods, or a part of them in percent. */
export const COUNT_OR_PERCENT: Structural = { minimum: 0, pattern: '^[0-9]+%$' };

/** A port by number, or by the name that a container gives it. */
export const NAMED_PORT: Structural = { ...PORT, maxLength: 15, pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' };

/** CEL: at most one of these fields is there, or exactly one. */
export function atMostOne(...fields: readonly string[]): Validation {
  return { rule: `${count(fields)} <= 1`, message: `at most one of ${fields.join(', ')} can be set` };
}

export function exactlyOne(...fields: readonly string[]): Validation {
  return {
    rule: `${count(fields)} == 1`,
    message: `exactly one of ${fields.join(', ')} must be set`,
  };
}

function count(fields: readonly string[]): string {
  return `[${fields.map((field) => `has(self.${field})`).join(', ')}].filter(it, it).size()`;
}
