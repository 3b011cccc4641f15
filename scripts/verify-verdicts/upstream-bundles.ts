import { checkManifests, type Finding, type Manifest } from '../../policies';
import { GO } from '../../tests/e2e/upstream-files';
import { upstreamProjects } from '../crds/sources';
import { bundlesOf } from '../docs/upstream';
import type { ExampleVerdict } from './record';

/** Rules that see what is not there, or will not be because the API server refuses it. */
const MISSING = ['R13', 'R47', 'schema'];

/** What the rules call that which a controller says; a complaint that fits nothing here is one that no rule sees. */
const SEEN_BY: readonly (readonly [complaint: RegExp, rules: readonly string[]])[] = [
  [/not found|does not exist|No valid secrets|not permitted by any ReferenceGrant/, MISSING],
  [/multiple BackendSecurityPolicies found/, ['R10']],
  [/invalid tenantID/, ['G30']],
  [/missing 'type' field in credentials/, ['R16']],
  [/\(DeprecatedField\)/, ['G31']],
  [/should be a domain with at least two segments/, ['R15']],
];

/** What follows from something that is said elsewhere: an object that nobody judged, or a listener of such. */
const FOLLOWS = /is empty$|says nothing of \w+$|has no status$|see other Conditions for details/;

/** An example in namespaces of its own. */
export interface PlacedExample {
  /** `<module>/<path below examples/>` */
  readonly file: string;
  /** Begins the name of everything of the example that is the cluster's. */
  readonly place: string;
  readonly objects: readonly Manifest[];
}

/** Every example that both gateways ship. */
export function placedExamples(): PlacedExample[] {
  const examples = upstreamProjects(GO).flatMap((project) =>
    bundlesOf(project).map(({ file, bundle }) => ({ file: `${project.module}/${file}`, bundle })),
  );
  return examples.map(({ file, bundle }, index) => {
    const place = `up-${index}`;
    return { file, place, objects: bundle.map((object) => moved(object, place, bundle)) };
  });
}

/** What of that which controllers say against an example no rule says. */
export function unseenIn({ objects }: PlacedExample, { said }: ExampleVerdict): readonly string[] {
  const findings = checkManifests(objects);
  const first = said.filter((complaint) => !FOLLOWS.test(complaint));
  const missing = findings.some(({ rule }) => MISSING.includes(rule));
  return first.length > 0 || missing ? first.filter((one) => !isSeen(one, findings)) : said;
}

function isSeen(complaint: string, findings: readonly Finding[]): boolean {
  return SEEN_BY.some(
    ([pattern, rules]) => pattern.test(complaint) && findings.some(({ rule }) => rules.includes(rule)),
  );
}

/**
 * The object in namespaces of its example alone. What is for the whole cluster gets a name of its own; a class that
 * the example has not got is the platform's.
 */
function moved(object: Manifest, place: string, bundle: readonly Manifest[]): Manifest {
  const namespaceOf = (name: string) => (name === 'default' ? place : `${place}-${name}`);
  const walk = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) return value.map((each) => walk(each));
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, walk(each, name)]));
    }
    if (key === 'namespace' && typeof value === 'string') return namespaceOf(value);
    if (key !== 'gatewayClassName') return value;
    const has = bundle.some(({ kind, metadata }) => kind === 'GatewayClass' && metadata?.name === value);
    return has ? `${place}-${value}` : 'ai-gateway';
  };
  const { metadata, ...rest } = object;
  const { name = '', namespace = 'default', ...more } = metadata ?? {};
  const placed =
    object.kind === 'GatewayClass'
      ? { ...more, name: `${place}-${name}` }
      : { ...more, name, namespace: namespaceOf(namespace) };
  return { ...(walk(rest) as Manifest), metadata: placed };
}
