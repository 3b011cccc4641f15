import type { Refusal } from '../base/finding';

/** A DNS label in RFC 1123's form, as Kubernetes wants most names. */
export const LABEL_PATTERN = '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$';

const LABEL = new RegExp(LABEL_PATTERN);

/** RFC 1123; also the end of a Kubernetes label value. */
const LONGEST_LABEL = 63;

/** Whether a name can be the name of any Kubernetes object but a Service. */
export function isLabel(name: string): boolean {
  return LABEL.test(name);
}

/** Why a model's or workload's name is refused; both become names of Kubernetes objects. */
export function refuseLabel(name: string): Refusal {
  if (name.length > LONGEST_LABEL) {
    return {
      problem: `${JSON.stringify(name)} has ${name.length} characters and the Kubernetes objects named after it allow ${LONGEST_LABEL}`,
      fix: `shorten it by ${name.length - LONGEST_LABEL}`,
    };
  }
  const label = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return {
    problem: `${JSON.stringify(name)} is not a DNS-1123 label, which names of Kubernetes objects must be: lower-case letters, digits and -, with a letter or digit at both ends`,
    ...(isLabel(label) ? { fix: `use ${label}` } : {}),
  };
}

/**
 * Why a model's name is refused although it is a label.
 *
 * @param served Whether the platform runs the model itself, behind a Service of that name.
 */
export function refuseModelName(name: string, served: boolean): Refusal | undefined {
  if (name === 'vllm') {
    return {
      problem:
        '"vllm" is reserved: for a Service of that name Kubernetes sets VLLM_PORT=tcp://…, which vLLM reads as its own port and fails to start',
      fix: 'name it after the model, for example gpt-oss-120b',
    };
  }
  if (served && /^[0-9]/.test(name)) {
    return {
      problem: `${JSON.stringify(name)} begins with a digit and becomes the name of a Service, which must begin with a letter (RFC 1035)`,
      fix: 'use a name that begins with a letter',
    };
  }
  return undefined;
}
