import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, type Chart } from 'cdk8s';
import { parsePlatform } from '../../config';
import { type Manifest, manifestsOf, platformCharts } from '../../constructs';
import { crdManifests } from '../../constructs/crds';
import { type Draft, papersDocument } from '../config/papers-document';
import { charts, field, manifests, mistakesOf, only, platformManifests, SECRETS } from './support';

/** Of controllers that this platform has no objects for. */
const OPTIONAL = ['keda.sh', 'leaderworkerset.x-k8s.io', 'perses.dev', 'cluster.x-k8s.io'];

function ids(chart: Chart): string[] {
  return manifestsOf(chart).map(({ id }) => id);
}

test('the objects of the paper are these: an identity that changes is an object that is replaced [platform-identities]', () => {
  const { serving, observability, gateway } = charts();
  assert.deepEqual([serving, observability, gateway].flatMap(ids), [
    'namespace/ai-serving',
    'priorityclass/ai-serving',
    'persistentvolumeclaim/ai-serving/gpt-oss-120b-weights',
    'job/ai-serving/gpt-oss-120b-weights',
    'networkpolicy/ai-serving/gpt-oss-120b',
    'deployment/ai-serving/gpt-oss-120b',
    'service/ai-serving/gpt-oss-120b',
    'namespace/ai-observability',
    'podmonitor/ai-observability/envoy-proxy',
    'podmonitor/ai-observability/envoy-gateway',
    'podmonitor/ai-observability/ai-gateway-controller',
    'podmonitor/ai-observability/rate-limit',
    'podmonitor/ai-observability/vllm',
    'podmonitor/ai-observability/dcgm-exporter',
    'prometheusrule/ai-observability/ai-platform',
    'prometheusrule/ai-observability/ai-alerts',
    'namespace/ai-gateway',
    'gatewayclass/ai-gateway',
    'gatewayconfig/ai-gateway/ai-gateway',
    'envoyproxy/ai-gateway/ai-gateway',
    'gateway/ai-gateway/ai-gateway',
    'envoypatchpolicy/ai-gateway/ai-gateway-capacity',
    'clienttrafficpolicy/ai-gateway/ai-gateway',
    'envoyextensionpolicy/ai-gateway/ai-gateway',
    'backend/ai-gateway/gemini-flash',
    'aiservicebackend/ai-gateway/gemini-flash',
    'secret/ai-gateway/gemini-flash',
    'backendsecuritypolicy/ai-gateway/gemini-flash',
    'backend/ai-gateway/gpt-oss-120b',
    'aiservicebackend/ai-gateway/gpt-oss-120b',
    'aigatewayroute/ai-gateway/swe-rebench-ide',
    'backendtrafficpolicy/ai-gateway/swe-rebench-ide',
    'aigatewayroute/ai-gateway/terminal-bench-ci',
    'backendtrafficpolicy/ai-gateway/terminal-bench-ci',
    'aigatewayroute/ai-gateway/toolbench-agent',
    'backendtrafficpolicy/ai-gateway/toolbench-agent',
  ]);
});

test('the CRDs are those of crds/, unchanged but for labels and what a deployer waits for', () => {
  const installed = manifests(charts().crds);
  const shipped = crdManifests().filter(
    ({ spec: { group, names } }) =>
      !OPTIONAL.includes(group) && !['Alertmanager', 'Prometheus'].includes(names.kind),
  );
  assert.deepEqual(
    installed.map(({ spec }) => spec),
    shipped.map(({ spec }) => spec),
  );
  for (const { metadata } of installed) {
    assert.equal(metadata.annotations?.['pulumi.com/waitFor'], 'condition=Established', metadata.name);
  }
  for (const [index, { metadata }] of shipped.entries()) {
    const kept = installed[index]?.metadata.annotations ?? {};
    for (const [key, value] of Object.entries(metadata.annotations ?? {})) assert.equal(kept[key], value);
  }
});

test('definitions of KEDA come with an object of KEDA, and only into the embedded datacenter', () => {
  const groups = (edit: (document: Draft) => void) => {
    const { crds } = charts(papersDocument(edit));
    return new Set(manifests(crds).map(({ spec }) => (spec as { group: string }).group));
  };
  const scaled = (document: Draft) => {
    document.models['gpt-oss-120b'].vllm.autoscale = { maxReplicas: 2, prometheus: 'http://prometheus:9090' };
  };
  assert.ok(!groups(() => {}).has('keda.sh'));
  assert.ok(groups(scaled).has('keda.sh'));
  assert.ok(!groups(scaled).has('leaderworkerset.x-k8s.io'));
  const elsewhere = groups((document) => {
    scaled(document);
    document.cluster = { existing: { context: 'prod' } };
  });
  assert.ok(!elsewhere.has('keda.sh'));
});

test('the key of a model server goes to the server and to the gateway', () => {
  const document = papersDocument((draft) => {
    draft.models['gpt-oss-120b'].vllm.apiKeySecret = 'gemini-api-key';
  });
  const secrets = platformManifests(document).filter(({ kind }) => kind === 'Secret');
  const places = secrets.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  assert.ok(places.includes('ai-serving/gpt-oss-120b'), places.join());
  assert.ok(places.includes('ai-gateway/gpt-oss-120b'), places.join());
});

test('the same document gives the same bytes, whatever the order of its keys', () => {
  const reversed = reverseKeys(papersDocument());
  assert.notDeepEqual(Object.keys(reversed as object), Object.keys(papersDocument()));
  assert.equal(JSON.stringify(platformManifests(reversed)), JSON.stringify(platformManifests()));
  assert.equal(JSON.stringify(platformManifests()), JSON.stringify(platformManifests()));
});

test('each layer comes after the ones before it', () => {
  const { crds, controllers, serving, observability, gateway } = charts();
  assert.deepEqual(controllers.node.dependencies, [crds]);
  assert.deepEqual(serving.node.dependencies, [crds]);
  assert.deepEqual(observability.node.dependencies, [crds, serving]);
  assert.deepEqual(gateway.node.dependencies, [crds, controllers, serving, observability]);
});

test('what is created first is what the next object waits for', () => {
  const order = new Map(manifestsOf(charts().gateway).map(({ id, after }) => [id, after]));
  const after = (id: string) => order.get(`${id.split('/')[0]}/ai-gateway/${id.split('/')[1]}`) ?? [];
  assert.ok(after('gateway/ai-gateway').includes('gatewayclass/ai-gateway'));
  assert.ok(after('gateway/ai-gateway').includes('envoyproxy/ai-gateway/ai-gateway'));
  assert.ok(after('envoyproxy/ai-gateway').includes('gatewayconfig/ai-gateway/ai-gateway'));
  assert.ok(after('envoypatchpolicy/ai-gateway-capacity').includes('gateway/ai-gateway/ai-gateway'));
  const capacity = 'envoypatchpolicy/ai-gateway/ai-gateway-capacity';
  assert.ok(after('clienttrafficpolicy/ai-gateway').includes(capacity));
  assert.ok(after('envoyextensionpolicy/ai-gateway').includes('clienttrafficpolicy/ai-gateway/ai-gateway'));
  assert.ok(after('backendsecuritypolicy/gemini-flash').includes('secret/ai-gateway/gemini-flash'));
  assert.deepEqual(after('aigatewayroute/toolbench-agent'), [
    'backendsecuritypolicy/ai-gateway/gemini-flash',
    'envoyextensionpolicy/ai-gateway/ai-gateway',
  ]);
  assert.deepEqual(after('aigatewayroute/swe-rebench-ide'), [
    'aiservicebackend/ai-gateway/gpt-oss-120b',
    'envoyextensionpolicy/ai-gateway/ai-gateway',
  ]);
  assert.deepEqual(after('backendtrafficpolicy/toolbench-agent'), [
    'aigatewayroute/ai-gateway/toolbench-agent',
  ]);
});

test('a deployer waits for what the next object needs to be true', () => {
  const { serving, observability, gateway } = charts();
  const waits = [serving, observability, gateway].flatMap(manifestsOf).flatMap(({ id, manifest }) => {
    const condition = manifest.metadata.annotations?.['pulumi.com/waitFor'];
    return condition === undefined ? [] : [[id.replaceAll('/ai-gateway', ''), condition]];
  });
  const policy = 'jsonpath={.status.ancestors[0].conditions[?(@.type=="Accepted")].status}=True';
  assert.deepEqual(waits, [
    ['gatewayclass', 'condition=Accepted'],
    ['gateway', 'condition=Programmed'],
    ['envoypatchpolicy-capacity', policy.replace('Accepted', 'Programmed')],
    ['clienttrafficpolicy', policy],
    ['envoyextensionpolicy', policy],
    ['backendsecuritypolicy/gemini-flash', 'condition=Accepted'],
    ['aigatewayroute/swe-rebench-ide', 'condition=Accepted'],
    ['backendtrafficpolicy/swe-rebench-ide', policy],
    ['aigatewayroute/terminal-bench-ci', 'condition=Accepted'],
    ['backendtrafficpolicy/terminal-bench-ci', policy],
    ['aigatewayroute/toolbench-agent', 'condition=Accepted'],
    ['backendtrafficpolicy/toolbench-agent', policy],
  ]);
});

test('every namespaced object comes after its namespace', () => {
  const { serving, observability, gateway } = charts();
  for (const chart of [serving, observability, gateway]) {
    const objects = new Map(manifestsOf(chart).map((ordered) => [ordered.id, ordered]));
    const needs = (id: string): string[] => {
      const direct = objects.get(id)?.after ?? [];
      return [...direct, ...direct.flatMap(needs)];
    };
    for (const { id, manifest } of objects.values()) {
      const { namespace } = manifest.metadata;
      if (namespace) assert.ok(needs(id).includes(`namespace/${namespace}`), id);
    }
  }
});

test('every reference between objects resolves', () => {
  const objects = platformManifests();
  const known = new Set(objects.map(identity));
  for (const { kind, name, namespace } of objects.flatMap(references)) {
    assert.ok(known.has([kind, namespace, name].filter(Boolean).join('/')), `${kind}/${namespace}/${name}`);
  }
});

test('no route has two policies', () => {
  const targets = platformManifests()
    .filter(({ kind }) => kind === 'BackendTrafficPolicy')
    .flatMap((policy) => field(policy, 'spec.targetRefs') as { name: string }[])
    .map(({ name }) => name);
  assert.deepEqual(targets, Object.keys(papersDocument().workloads).sort());
});

test('the limits of the document are on their workloads', () => {
  const limitOf = (name: string) =>
    field(
      platformManifests().find(
        ({ kind, metadata }) => kind === 'BackendTrafficPolicy' && metadata.name === name,
      ),
      'spec.rateLimit',
    );
  assert.equal(limitOf('toolbench-agent'), undefined);
  assert.deepEqual(field(limitOf('swe-rebench-ide'), 'local.rules.0.limit'), { requests: 2, unit: 'Minute' });
  assert.deepEqual(field(limitOf('terminal-bench-ci'), 'global.rules.0.limit'), {
    requests: 2_000_000,
    unit: 'Hour',
  });
});

test('a provider never learns which workload calls it, a model server of ours does', () => {
  const removed = (name: string) =>
    field(
      platformManifests().find(({ kind, metadata }) => kind === 'AIServiceBackend' && metadata.name === name),
      'spec.headerMutation.remove',
    ) as string[];
  assert.ok(removed('gemini-flash').includes('x-workload-app'));
  assert.ok(!removed('gpt-oss-120b').includes('x-workload-app'));
});

test('a key is text that nobody looks into: a placeholder arrives in the Secret as it is', () => {
  const secrets = { 'gemini-api-key': '‹late value 1›' };
  const { gateway } = platformCharts(new App(), parsePlatform(papersDocument()), { secrets });
  assert.deepEqual(only(manifests(gateway), 'Secret').stringData, { apiKey: '‹late value 1›' });
});

test('the gateway can be reached inside the cluster only', () => {
  const platform = parsePlatform(papersDocument());
  const { gateway } = platformCharts(new App(), platform, {
    secrets: SECRETS,
    gatewayServiceType: 'ClusterIP',
  });
  assert.equal(
    field(only(manifests(gateway), 'EnvoyProxy'), 'spec.provider.kubernetes.envoyService.type'),
    'ClusterIP',
  );
});

test('refuses missing keys and models that are not there, all at once', () => {
  const sound = parsePlatform(papersDocument());
  const platform = {
    ...sound,
    workloads: sound.workloads.slice(0, 1).map((workload) => ({
      ...workload,
      name: 'batch',
      routes: [{ target: { arms: [{ model: 'gpt-4', weight: 1 }], fallback: [] } }],
    })),
  };
  assert.deepEqual(
    mistakesOf(() => platformCharts(new App(), platform, { secrets: {} })),
    [
      {
        path: 'models.gemini-flash.apiKeySecret',
        value: 'gemini-api-key',
        problem:
          'no value was given for gemini-api-key, so the provider of gemini-flash would reject every request',
      },
      {
        path: 'workloads.batch',
        value: 'gpt-4',
        problem: 'unknown model gpt-4; known models are gemini-flash, gpt-oss-120b',
      },
    ],
  );
});

function reverseKeys(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reverseKeys(inner)]),
  );
}

function identity({ kind, metadata }: Manifest): string {
  return [kind, metadata.namespace, metadata.name].filter(Boolean).join('/');
}

interface Reference {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
}

/** Every reference that one of our kinds makes to another of our objects. */
function references(object: Manifest): Reference[] {
  const { namespace } = object.metadata;
  const named = (kind: string, name: unknown, of = namespace): Reference[] =>
    name === undefined ? [] : [{ kind, name: `${name}`, namespace: of }];
  const each = (path: string) => (field(object, path) ?? []) as { kind: string; name: string }[];
  switch (object.kind) {
    case 'Gateway':
      return [
        ...named('GatewayClass', field(object, 'spec.gatewayClassName'), ''),
        ...named('EnvoyProxy', field(object, 'spec.infrastructure.parametersRef.name')),
        ...named('GatewayConfig', object.metadata.annotations?.['aigateway.envoyproxy.io/gateway-config']),
      ];
    case 'AIServiceBackend':
      return named('Backend', field(object, 'spec.backendRef.name'));
    case 'BackendSecurityPolicy':
      return [
        ...each('spec.targetRefs').flatMap(({ kind, name }) => named(kind, name)),
        ...named('Secret', field(object, 'spec.apiKey.secretRef.name')),
      ];
    case 'AIGatewayRoute':
      return [
        ...each('spec.parentRefs').flatMap(({ kind, name }) => named(kind, name)),
        ...each('spec.rules.0.backendRefs').flatMap(({ name }) => named('AIServiceBackend', name)),
      ];
    case 'ClientTrafficPolicy':
      return each('spec.targetRefs').flatMap(({ kind, name }) => named(kind, name));
    case 'BackendTrafficPolicy':
      return each('spec.targetRefs').flatMap(({ name }) => named('AIGatewayRoute', name));
    default:
      return [];
  }
}
