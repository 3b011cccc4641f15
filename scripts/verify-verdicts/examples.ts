import type { Progress } from '../../local/progress';
import type { Manifest } from '../../policies';
import type { Cluster } from '../../tests/e2e/cluster';
import { type ExampleVerdict, shortened } from './record';
import { isApplied } from './refusals';
import { judgedKindsOf, settledComplaints } from './settled';
import { type PlacedExample, placedExamples } from './upstream-bundles';
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

/** What the controllers say of the examples that both gateways ship. */
export async function ofExamples(
  cluster: Cluster,
  watched: WatchedKinds,
  progress: Progress,
): Promise<ExampleVerdict[]> {
  const examples = placedExamples();
  progress.step(`${examples.length} examples of the gateways`);
  const verdicts: ExampleVerdict[] = [];
  for (let at = 0; at < examples.length; at += AT_ONCE) {
    progress.note(`${at} of ${examples.length}`);
    verdicts.push(...(await together(cluster, watched, examples.slice(at, at + AT_ONCE))));
  }
  return verdicts;
}

async function together(
  cluster: Cluster,
  watched: WatchedKinds,
  batch: readonly PlacedExample[],
): Promise<ExampleVerdict[]> {
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
      if (await isApplied(cluster.apply(named))) undo.unshift(() => cluster.delete(named));
    }
  }
  const said = await settledComplaints(watched, judgedKindsOf(batch.flatMap(({ objects }) => objects)), {
    patient: true,
  });
  for (const one of undo) await one();
  return batch.map((one) => verdict(one, said));
}

function verdict({ file, place }: PlacedExample, said: readonly string[]): ExampleVerdict {
  const own = new RegExp(`^\\w+/${place}[-/:]`);
  const complaints = said
    .filter((complaint) => own.test(complaint))
    .filter((complaint) => !OF_THIS_PLACE.some(([pattern]) => pattern.test(complaint)));
  return { file, said: complaints.map((one) => shortened(one.replaceAll(place, 'example'))) };
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
