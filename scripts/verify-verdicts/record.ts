import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import versions from '../../versions.json';

/** Where the record is. */
export const RECORD = resolve(__dirname, '../../docs/verdicts.json');

/** A change of one object of the platform, and what controllers said of it. */
export interface ChangeVerdict {
  readonly object: string;
  /** `<pointer> <what is done to it>` */
  readonly change: string;
  /** Whether the API server refuses the object; no controller sees it then. */
  readonly refused?: true;
  readonly said: readonly string[];
  /** Controllers that died of it, each with its last words. */
  readonly died?: readonly string[];
}

/** An example of the gateways, and what controllers said against it. */
export interface ExampleVerdict {
  /** `<module>/<path below examples/>` */
  readonly file: string;
  readonly said: readonly string[];
}

/** What was asked of the real Envoy, and what came of it. */
export interface CallVerdict {
  readonly sent: string;
  readonly should: string;
  readonly came: string;
  /** Whether what came is what should. */
  readonly isRight: boolean;
}

/** A bad sample of a rule on the real controllers and the real Envoy. */
export interface SampleVerdict {
  readonly rule: string;
  readonly severity: string;
  /** The sample's own words. */
  readonly shows: string;
  /** Whether the API server refuses it. */
  readonly refused?: true;
  readonly said: readonly string[];
  /** Controllers that died of it, each with its last words. */
  readonly died?: readonly string[];
  readonly call: CallVerdict | null;
}

/** What the real thing said, as `npm run verify:verdicts` observed it. */
export interface VerdictRecord {
  readonly versions: Readonly<Record<string, string>>;
  readonly changes: readonly ChangeVerdict[];
  readonly examples: readonly ExampleVerdict[];
  readonly calls: readonly SampleVerdict[];
}

/** The versions that a record is of. */
export function pinnedVersions(): VerdictRecord['versions'] {
  const { tools, crds } = versions;
  return {
    'ai-gateway': tools['ai-gateway'],
    envoy: tools.envoy,
    'envoy-gateway': tools['envoy-gateway'],
    'gateway-api': crds['gateway-api'].version,
    kubernetes: tools.kubernetes,
  };
}

export function readRecord(): VerdictRecord {
  return JSON.parse(readFileSync(RECORD, 'utf8')) as VerdictRecord;
}

/** Writes a record: a line for each row, in order, so that a difference between two can be read. */
export function writeRecord({ versions: of, changes, examples, calls }: VerdictRecord): void {
  const rows = <T>(name: string, all: readonly T[], key: (one: T) => string) => {
    const sorted = [...all].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    return `  "${name}": [${sorted.map((one) => `\n    ${JSON.stringify(one)}`).join(',')}\n  ]`;
  };
  const parts = [
    `  "versions": ${JSON.stringify(of)}`,
    rows('changes', changes, ({ object, change }) => `${object} ${change}`),
    rows('examples', examples, ({ file }) => file),
    rows('calls', calls, ({ rule, shows }) => `${rule} ${shows}`),
  ];
  writeFileSync(RECORD, `{\n${parts.join(',\n')}\n}\n`);
}

const LONGEST = 300;

/** What differs from one observation to the next, and what stands for it. */
const OF_THE_MOMENT: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uid>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*(Z|[+-]\d\d:\d\d)/g, '<time>'],
  [/\b(127\.[\d.]+|localhost):\d+/g, '$1:<port>'],
  [/(?<![\w.:/])\/(tmp|home|root|work)\/[^\s"':]+/g, '<path>'],
];

/** A message as the record has it: a controller's reason comes last. */
export function shortened(message: string): string {
  const text = OF_THE_MOMENT.reduce((all, [pattern, instead]) => all.replaceAll(pattern, instead), message);
  return text.length > LONGEST ? `${text.slice(0, LONGEST / 2)}…${text.slice(1 - LONGEST / 2)}` : text;
}
