import type { Operation } from 'fast-json-patch';
import { compareKeys } from './text';

/** A place in a file that a person wrote: YAML, or the TypeScript that made an object. */
export interface Place {
  readonly file: string;
  /** One-based. */
  readonly line: number;
  /** One-based, in characters; absent when only the line is known. */
  readonly column?: number;
}

/** Why something is refused and what to do instead. */
export interface Refusal {
  /** What is wrong with which value, and why; lower case, no full stop. */
  readonly problem: string;
  /** What to do about it: `use 2 or 3`; lower case, no full stop. */
  readonly fix?: string;
}

/** Gravest first: an error does not work or is open to abuse, a warning will hurt in operation, an info could be better. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;

/** An error stops a deployment, the others are told. */
export type Severity = (typeof SEVERITIES)[number];

const MARKS: Readonly<Record<Severity, string>> = { error: '✗', warning: '!', info: 'i' };

/** Something in one object that should not be so. */
export interface Finding extends Refusal {
  /** `schema`, or the id of a rule. */
  readonly rule: string;
  readonly severity: Severity;
  /** `<kind>/<namespace>/<name>` in lower case; without the namespace for objects of the cluster. */
  readonly object: string;
  /** JSON pointer (RFC 6901) to the field, or to where it is missing; empty for the whole object. */
  readonly pointer: string;
  /** The refused value; absent when there is none. */
  readonly value?: unknown;
  /** Whether it is something that cannot be read, so that what depends on it was not judged. Default: false. */
  readonly unreadable?: true;
  /** What mends the object (RFC 6902). */
  readonly patch?: readonly Operation[];
  /** Where it is written: the field in YAML, or the line of TypeScript that made the object. */
  readonly at?: Place;
  /** Who called that line of TypeScript, innermost first; none at the top of a program. */
  readonly callers?: readonly Place[];
  /** The path of the construct that made the object. */
  readonly construct?: string;
  /** The same for the same fault from one run to the next, wherever the object and its lists move. */
  readonly fingerprint?: string;
}

/** Sorted by object, then pointer, then rule: the same findings give the same text on every machine. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const key = ({ object, pointer, rule }: Finding) => [object, pointer, rule].join('\0');
  return [...findings].sort((a, b) => compareKeys(key(a), key(b)));
}

/**
 * Findings for people, a line each, and below it where that is written:
 *
 *     ✗ envoyproxy/ai-gateway/ai-gateway /spec/concurrency: 4 workers on 2 CPUs (use 2) [R02]
 *         at main.ts:12:3 (platform/gateway/envoy-proxy)
 *
 * A warning begins with `!`, an info with `i`. No findings give the empty text.
 */
export function formatFindings(findings: readonly Finding[]): string {
  return findings
    .map(({ rule, severity, object, pointer, problem, fix, at, construct }) => {
      const place = pointer === '' ? object : `${object} ${pointer}`;
      const line = `${MARKS[severity]} ${place}: ${problem}${fix === undefined ? '' : ` (${fix})`} [${rule}]`;
      if (at === undefined) return line;
      return `${line}\n    at ${formatPlace(at)}${construct === undefined ? '' : ` (${construct})`}`;
    })
    .join('\n');
}

/** `<file>:<line>:<column>`, which terminals and editors open. */
export function formatPlace({ file, line, column }: Partial<Place>): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}
