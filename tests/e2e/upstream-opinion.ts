import { checkManifests, type Finding, type Manifest } from '../../policies';
import { upstreamProjects } from '../../scripts/crds/sources';
import { bundlesOf } from '../../scripts/docs/upstream';
import type { Cluster } from './cluster';
import { judgedKindsOf, settledComplaints } from './second-opinion';
import { GO } from './upstream-files';
import type { WatchedKinds } from './watched-kinds';

// biome-ignore lint/suspicious/noExplicitAny: objects of others, of any shape
type Json = any;

/** Examples at a time. */
const AT_ONCE = 6;

/** Pods of others do not run here, and namespaces are made under other names. */
const LEFT_OUT = new Set(['DaemonSet', 'Deployment', 'Job', 'Namespace', 'Pod', 'StatefulSet']);

/**
 * Applied before what names them: a busy Envoy Gateway that has judged a GatewayClass without its EnvoyProxy takes longer
 * to judge it again than conditions may contradict the objects here.
 */
const NAMED_BY_OTHERS = [
  'Secret',
  'ConfigMap',
  'Service',
  'EnvoyProxy',
  'GatewayConfig',
  'Backend',
  'ReferenceGrant',
];

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

/** What a controller says because of where it runs here, by the reason why that tells nothing of the example. */
const OF_THIS_PLACE: readonly (readonly [complaint: RegExp, reason: string])[] = [
  [/\(EndpointsNotFound\)/, 'the pods of an example are left out'],
  [/^EnvoyPatchPolicy\/\S+-(loopback|rate-limit): /, 'made for this machine, of an example that is refused'],
  [/it has no address$|\((AddressNotAssigned|NoResources)\)/, 'its Service and its pods come later'],
  [/^Backend\/\S+ status says nothing of Accepted$/, 'Envoy Gateway looks at none that no route leads to'],
  [
    /enable Ratelimit in the EnvoyGateway config/,
    'this platform has no limit that needs the rate limit service',
  ],
  [
    /\(InvalidKind\): .* Group is invalid/s,
    'this platform has no InferencePool, so its gateway is not told of the kind',
  ],
];

/** What follows from something that is said elsewhere: an object that nobody judged, or a listener of such. */
const FOLLOWS = /is empty$|says nothing of \w+$|has no status$|see other Conditions for details/;

/** An example, what controllers say against it, and what of that no rule says. */
export interface ExampleOpinion {
  readonly file: string;
  readonly complaints: readonly string[];
  readonly unseen: readonly string[];
  /** Those that find an error in the example. */
  readonly rules: readonly string[];
}

/** What the controllers and the rules say of the examples that both gateways ship. */
export async function ofExamples(cluster: Cluster, watched: WatchedKinds): Promise<ExampleOpinion[]> {
  const examples = upstreamProjects(GO).flatMap((project) =>
    bundlesOf(project).map(({ file, bundle }) => ({ file: `${project.module}/${file}`, bundle })),
  );
  const opinions: ExampleOpinion[] = [];
  for (let at = 0; at < examples.length; at += AT_ONCE) {
    const batch = examples.slice(at, at + AT_ONCE).map(({ file, bundle }, index) => {
      const place = `up-${at + index}`;
      return { file, place, objects: bundle.map((object) => moved(object, place, bundle)) };
    });
    opinions.push(...(await together(cluster, watched, batch)));
  }
  return opinions;
}

interface Placed {
  readonly file: string;
  /** Begins the name of everything of the example that is the cluster's. */
  readonly place: string;
  readonly objects: readonly Manifest[];
}

async function together(
  cluster: Cluster,
  watched: WatchedKinds,
  batch: readonly Placed[],
): Promise<ExampleOpinion[]> {
  const undo: (() => Promise<unknown>)[] = [];
  for (const { objects } of batch) {
    // They stay: to remove one, Kubernetes asks for the objects of every kind in it, twice.
    for (const name of new Set(objects.flatMap(({ metadata }) => metadata?.namespace ?? []))) {
      await cluster.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    const applied = withoutEnvoys(objects).filter(({ kind }) => !LEFT_OUT.has(kind));
    const turn = ({ kind }: Manifest) => Number(!NAMED_BY_OTHERS.includes(kind));
    for (const object of applied.sort((a, b) => turn(a) - turn(b))) {
      const named = object as Parameters<Cluster['apply']>[0];
      const isNamespaced = await cluster.isNamespaced(named);
      if (isNamespaced === undefined || (!isNamespaced && object.kind !== 'GatewayClass')) continue;
      if (await cluster.apply(named).then(() => true, isRefused)) undo.unshift(() => cluster.delete(named));
    }
  }
  const said = await settledComplaints(watched, judgedKindsOf(batch.flatMap(({ objects }) => objects)));
  for (const one of undo) await one();
  return batch.map((one) => opinion(one, said));
}

function opinion({ file, place, objects }: Placed, said: readonly string[]): ExampleOpinion {
  const own = new RegExp(`^\\w+/${place}[-/:]`);
  const complaints = said
    .filter((complaint) => own.test(complaint))
    .filter((complaint) => !OF_THIS_PLACE.some(([pattern]) => pattern.test(complaint)));
  const findings = checkManifests(objects);
  const first = complaints.filter((complaint) => !FOLLOWS.test(complaint));
  const missing = findings.some(({ rule }) => MISSING.includes(rule));
  return {
    file,
    complaints,
    unseen: first.length > 0 || missing ? first.filter((one) => !isSeen(one, findings)) : complaints,
    rules: [...new Set(findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule))],
  };
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

/** The same with no replica of any Envoy: each costs seconds of CPU, and what is said of its Gateway needs none. */
function withoutEnvoys(objects: readonly Manifest[]): Manifest[] {
  const configured = objects.filter((one: Json) => one.kind === 'GatewayClass' && one.spec.parametersRef);
  const names = configured.map(({ metadata }) => metadata?.name);
  return objects.flatMap((object: Json) => {
    const { kind, metadata, spec } = object;
    if (kind === 'EnvoyProxy') return [withoutReplicas(object)];
    if (kind !== 'Gateway' || spec.infrastructure?.parametersRef || names.includes(spec.gatewayClassName))
      return [object];
    const proxy = { name: `of-${metadata.name}`, namespace: metadata.namespace };
    const parametersRef = { group: 'gateway.envoyproxy.io', kind: 'EnvoyProxy', name: proxy.name };
    return [
      withoutReplicas({
        apiVersion: 'gateway.envoyproxy.io/v1alpha1',
        kind: 'EnvoyProxy',
        metadata: proxy,
        spec: {},
      }),
      { ...object, spec: { ...spec, infrastructure: { ...spec.infrastructure, parametersRef } } },
    ];
  });
}

function withoutReplicas(proxy: Json): Json {
  const { provider } = proxy.spec;
  const envoyDeployment = { ...provider?.kubernetes?.envoyDeployment, replicas: 0 };
  const kubernetes = { ...provider?.kubernetes, envoyDeployment };
  return { ...proxy, spec: { ...proxy.spec, provider: { type: 'Kubernetes', ...provider, kubernetes } } };
}

/** Of an application: false where the API server refuses the object, for which the rule schema has a finding. */
function isRefused(error: Error): boolean {
  if (
    /: (400|422|500) .*(failed to create typed patch object|is invalid|strict decoding)/s.test(error.message)
  )
    return false;
  throw error;
}
