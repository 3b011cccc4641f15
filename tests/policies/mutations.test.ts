import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectId } from '../../base/manifest';
import { checkManifests, type Manifest } from '../../policies';
import { type Draft, edited, places, soundBundle } from './support';

type Edit = (object: Draft) => void;

/** What a rule finds in objects. */
function findings(rule: string, bundle: readonly Manifest[]): string[] {
  return places(checkManifests(bundle).filter((finding) => finding.rule === rule));
}

/** What a rule finds in the sound bundle after an edit of the object `chat` of a kind. */
function found(rule: string, kind: string, edit: Edit): string[] {
  return findings(rule, edited(soundBundle(), kind, edit));
}

function nameOf({ metadata }: Manifest): string {
  return metadata?.name ?? '';
}

/** A copy of the object `chat` of a kind under another name. */
function twin(kind: string, edit: Edit = () => {}): Manifest {
  const [original] = soundBundle().filter((one) => one.kind === kind && nameOf(one) === 'chat');
  const copy: Draft = structuredClone(original);
  copy.metadata.name = 'twin';
  edit(copy);
  return copy;
}

const PROVIDER = '/spec/provider/kubernetes';

test('R02 sees a change of any of the three numbers', () => {
  const resources = ({ spec }: Draft) => spec.provider.kubernetes.envoyDeployment.container.resources;
  const at = (kind: string) =>
    `R02 envoyproxy/ai/chat ${PROVIDER}/envoyDeployment/container/resources/${kind}/cpu`;
  const concurrency = 'R02 envoyproxy/ai/chat /spec/concurrency';
  const cases: readonly (readonly [Edit, readonly string[]])[] = [
    [({ spec }) => delete spec.concurrency, [concurrency]],
    [({ spec }) => Object.assign(spec, { concurrency: 1 }), [concurrency]],
    [(proxy) => delete resources(proxy).limits.cpu, [at('limits')]],
    [(proxy) => Object.assign(resources(proxy).limits, { cpu: '0.5' }), [at('limits')]],
    [(proxy) => Object.assign(resources(proxy).limits, { cpu: 4 }), [at('requests'), concurrency]],
    [(proxy) => delete resources(proxy).requests.cpu, [at('requests')]],
    [(proxy) => Object.assign(resources(proxy).requests, { cpu: 1 }), [at('requests')]],
    [(proxy) => Object.assign(proxy, { spec: {} }), [at('limits')]],
  ];
  for (const [edit, expected] of cases) {
    assert.deepEqual(found('R02', 'EnvoyProxy', edit), [...expected].sort(), `${edit}`);
  }
});

test('R02 looks at the proxies of a DaemonSet, and at none outside of Kubernetes', () => {
  const daemonSet = (envoyDaemonSet: object) =>
    found('R02', 'EnvoyProxy', ({ spec }) => {
      spec.provider.kubernetes = { envoyDaemonSet };
    });
  const size = { cpu: 2 };
  assert.deepEqual(daemonSet({ container: { resources: { limits: size, requests: size } } }), []);
  assert.deepEqual(daemonSet({}), [
    `R02 envoyproxy/ai/chat ${PROVIDER}/envoyDaemonSet/container/resources/limits/cpu`,
  ]);
  const host = found('R02', 'EnvoyProxy', (proxy) => {
    proxy.spec = { provider: { type: 'Host' } };
  });
  assert.deepEqual(host, []);
});

test('R13 sees every reference to an object that is taken away', () => {
  const users: Readonly<Record<string, readonly string[]>> = {
    AIGatewayRoute: ['backendtrafficpolicy/ai/chat /spec/targetRefs/0'],
    AIServiceBackend: [
      'aigatewayroute/ai/chat /spec/rules/0/backendRefs/0',
      'backendsecuritypolicy/ai/chat /spec/targetRefs/0',
    ],
    Backend: ['aiservicebackend/ai/chat /spec/backendRef'],
    EnvoyProxy: ['gateway/ai/chat /spec/infrastructure/parametersRef'],
    Gateway: [
      'aigatewayroute/ai/chat /spec/parentRefs/0',
      'aigatewayroute/ai/oss /spec/parentRefs/0',
      'clienttrafficpolicy/ai/chat /spec/targetRefs/0',
      'securitypolicy/ai/chat /spec/targetRefs/0',
    ],
    GatewayConfig: ['gateway/ai/chat /metadata/annotations/aigateway.envoyproxy.io~1gateway-config'],
    Secret: [
      'backendsecuritypolicy/ai/chat /spec/apiKey/secretRef',
      'securitypolicy/ai/chat /spec/apiKeyAuth/credentialRefs/0',
    ],
  };
  for (const [kind, expected] of Object.entries(users)) {
    const rest = soundBundle().filter(
      (one) => one.kind !== kind || !['chat', 'clients'].includes(nameOf(one)),
    );
    assert.deepEqual(
      findings('R13', rest),
      expected.map((place) => `R13 ${place}`),
      kind,
    );
  }
});

test('R13 sees a wrong name, a wrong namespace and an annotation that names nothing', () => {
  assert.deepEqual(
    found('R13', 'AIGatewayRoute', ({ spec }) => {
      spec.rules[0].backendRefs.push({ name: 'other' }, { name: 'chat', namespace: 'other' });
    }),
    [1, 2].map((index) => `R13 aigatewayroute/ai/chat /spec/rules/0/backendRefs/${index}`),
  );
  assert.deepEqual(
    found('R13', 'Gateway', (gateway) => {
      gateway.metadata.annotations = { 'aigateway.envoyproxy.io/gateway-config': 'other' };
    }),
    ['R13 gateway/ai/chat /metadata/annotations/aigateway.envoyproxy.io~1gateway-config'],
  );
});

test('R13 does not take an object of another group for the one that is meant', () => {
  const bundle = soundBundle().map((object) =>
    object.kind === 'Backend' && nameOf(object) === 'chat'
      ? { ...object, apiVersion: 'example.com/v1' }
      : object,
  );
  assert.deepEqual(findings('R13', bundle), ['R13 aiservicebackend/ai/chat /spec/backendRef']);
});

test('R14 sees a second policy on a target, at the later name whatever the order', () => {
  const expected = ['R14 backendtrafficpolicy/ai/twin /spec/targetRefs/0'];
  const second = twin('BackendTrafficPolicy');
  assert.deepEqual(findings('R14', [...soundBundle(), second]), expected);
  assert.deepEqual(findings('R14', [second, ...soundBundle()]), expected);
});

test('R14 sees it for the other kinds of policies, for targetRef, and for one section', () => {
  const client = twin('ClientTrafficPolicy', ({ spec }) => {
    const [target] = spec.targetRefs;
    delete spec.targetRefs;
    spec.targetRef = target;
  });
  assert.deepEqual(findings('R14', [...soundBundle(), client]), [
    'R14 clienttrafficpolicy/ai/twin /spec/targetRef',
  ]);
  const security = (name: string, sectionName: string): Manifest => ({
    ...twin('BackendTrafficPolicy', ({ metadata, spec }) => {
      metadata.name = name;
      delete spec.circuitBreaker;
      delete spec.healthCheck;
      spec.targetRefs[0].sectionName = sectionName;
    }),
    kind: 'SecurityPolicy',
  });
  const sections = [security('a', 'one'), security('b', 'two'), security('c', 'one')];
  assert.deepEqual(findings('R14', [...soundBundle(), ...sections]), [
    'R14 securitypolicy/ai/c /spec/targetRefs/0',
  ]);
});

test('R14 lets one policy have many targets, and a target policies of different kinds', () => {
  const security = {
    ...twin('BackendTrafficPolicy', ({ spec }) => {
      delete spec.circuitBreaker;
      delete spec.healthCheck;
    }),
    kind: 'SecurityPolicy',
  };
  const route = twin('AIGatewayRoute');
  const both = edited(soundBundle(), 'BackendTrafficPolicy', ({ spec }) => {
    spec.targetRefs.push({ ...spec.targetRefs[0], name: 'twin' });
  });
  assert.deepEqual(findings('R14', [...both, route, security]), []);
});

test('R19 does not miss the header that the key of the gateway overwrites', () => {
  const kept = found('R19', 'AIServiceBackend', ({ spec: { headerMutation } }) => {
    headerMutation.remove = headerMutation.remove.filter((name: string) => name !== 'authorization');
  });
  assert.deepEqual(kept, []);
});

for (const header of ['x-api-key', 'api-key', 'cookie']) {
  test(`R19 misses ${header} when it is not removed`, () => {
    const bundle = edited(soundBundle(), 'AIServiceBackend', ({ spec: { headerMutation } }) => {
      headerMutation.remove = headerMutation.remove.filter((name: string) => name !== header);
    });
    const [finding, ...others] = checkManifests(bundle).filter(({ rule }) => rule === 'R19');
    assert.deepEqual(others, []);
    assert.equal(finding?.rule, 'R19');
    assert.equal(finding?.problem, `the backend receives the client headers ${header}`);
  });
}

test('R19 sees a backend that removes nothing, and one without a spec', () => {
  const expected = ['R19 aiservicebackend/ai/chat /spec/headerMutation/remove'];
  const nothing = found('R19', 'AIServiceBackend', ({ spec }) => delete spec.headerMutation);
  assert.deepEqual(nothing, expected);
});

const EARLY = 'R20 clienttrafficpolicy/ai/chat /spec/headers/earlyRequestHeaders';

function early(edit: Edit): string[] {
  return found('R20', 'ClientTrafficPolicy', ({ spec }) => edit(spec.headers.earlyRequestHeaders));
}

for (const header of ['x-envoy-original-path', 'x-gateway-destination-endpoint']) {
  test(`R20 misses ${header} when it is not removed`, () => {
    const others = (headers: Draft) => headers.remove.filter((name: string) => name !== header);
    assert.deepEqual(
      early((headers) => Object.assign(headers, { remove: others(headers) })),
      [EARLY],
    );
    assert.deepEqual(
      early((headers) => {
        headers.remove = others(headers);
        headers.removeOnMatch.push({ value: header.toUpperCase() });
      }),
      [],
    );
  });
}

test('R20 wants the whole family of x-ai-eg- removed', () => {
  const match = (change: object) => early((headers) => Object.assign(headers.removeOnMatch[0], change));
  assert.deepEqual(match({ value: 'x-ai-' }), []);
  assert.deepEqual(match({ value: 'x-ai-eg-model' }), [EARLY]);
  assert.deepEqual(match({ type: 'Exact' }), [EARLY]);
  assert.deepEqual(match({ type: 'Suffix' }), [EARLY]);
  assert.deepEqual(
    early((headers) => delete headers.removeOnMatch),
    [EARLY],
  );
  assert.deepEqual(
    found('R20', 'ClientTrafficPolicy', ({ spec }) => delete spec.headers),
    [EARLY],
  );
});

test('R20 wants a policy for every listener', () => {
  const listeners = edited(soundBundle(), 'Gateway', ({ spec }) => {
    spec.listeners.push({ name: 'second', protocol: 'HTTP', port: 81 });
  });
  assert.deepEqual(findings('R20', listeners), []);
  const first = edited(listeners, 'ClientTrafficPolicy', ({ spec }) => {
    spec.targetRefs[0].sectionName = 'http';
  });
  assert.deepEqual(findings('R20', first), ['R20 gateway/ai/chat /spec/listeners/1']);
  const second = twin('ClientTrafficPolicy', ({ spec }) => {
    spec.targetRefs[0].sectionName = 'second';
  });
  assert.deepEqual(findings('R20', [...first, second]), []);
});

test('R20 leaves gateways without AI routes alone', () => {
  const kinds = ['AIGatewayRoute', 'BackendTrafficPolicy'];
  const bundle = soundBundle().filter(({ kind }) => !kinds.includes(kind));
  const open = edited(bundle, 'ClientTrafficPolicy', ({ spec }) => delete spec.headers);
  assert.deepEqual(findings('R20', open), []);
  assert.deepEqual(
    findings(
      'R20',
      bundle.filter((object) => objectId(object) !== 'clienttrafficpolicy/ai/chat'),
    ),
    [],
  );
});
