import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectId } from '../../base/manifest';
import { kinds } from '../../constructs/crds';
import { checkSchemas, type Finding, type Manifest } from '../../policies';
import { type Draft, edited, places, soundBundle } from './support';

/** The findings of the sound bundle after an edit of the only object of a kind. */
function findings(kind: string, edit: (object: Draft) => void): Finding[] {
  return checkSchemas(edited(soundBundle(), kind, edit));
}

/** The only finding, without rule, severity and object, which are the same for all here. */
function finding(kind: string, edit: (object: Draft) => void) {
  const found = findings(kind, edit);
  assert.deepEqual(places(found), [`schema ${kind.toLowerCase()}/ai/chat ${found[0]?.pointer}`]);
  const { rule: _, severity, object: __, ...rest } = found[0] as Finding;
  assert.equal(severity, 'error');
  return rest;
}

test('a sound bundle has no findings', () => {
  assert.deepEqual(checkSchemas(soundBundle()), []);
});

test('an unknown field is told with the nearest known one', () => {
  assert.deepEqual(
    finding('EnvoyProxy', ({ spec }) => {
      spec.provider.kubernetes.envoyDeployments = { replicas: 2 };
    }),
    {
      pointer: '/spec/provider/kubernetes/envoyDeployments',
      value: { replicas: 2 },
      problem: 'unknown field envoyDeployments',
      fix: 'use envoyDeployment',
    },
  );
});

test('an unknown field is found at the top, in a list, in metadata and in an empty object', () => {
  const at = (kind: string, edit: (object: Draft) => void) => finding(kind, edit).pointer;
  assert.equal(
    at('Gateway', (object) => {
      object.specs = {};
    }),
    '/specs',
  );
  assert.equal(
    at('Gateway', ({ spec }) => {
      spec.listeners[0].prot = 80;
    }),
    '/spec/listeners/0/prot',
  );
  assert.equal(
    at('Gateway', (object) => {
      object.metadata = { ...object.metadata, label: {} };
    }),
    '/metadata/label',
  );
  assert.equal(
    at('ClientTrafficPolicy', ({ spec }) => {
      spec.http3 = { 'a/b': 1 };
    }),
    '/spec/http3/a~1b',
  );
});

test('free maps take any key, and where the definition keeps unknown fields anything goes', () => {
  const free = findings('EnvoyProxy', (object) => {
    object.metadata = { ...object.metadata, labels: { 'example.com/any': 'x' }, annotations: { any: 'x y' } };
    object.spec.provider.kubernetes.envoyDeployment.container.resources.limits['example.com/gpu'] = 1;
    object.spec.provider.kubernetes.envoyDeployment.patch = { value: { any: [{ thing: null }] } };
  });
  assert.deepEqual(free, []);
});

test('a wrong type is told', () => {
  assert.deepEqual(
    finding('EnvoyProxy', ({ spec }) => {
      spec.concurrency = '2';
    }),
    { pointer: '/spec/concurrency', value: '2', problem: '"2" is not of type integer' },
  );
  assert.deepEqual(
    finding('Gateway', ({ spec }) => {
      spec.listeners = { name: 'http' };
    }),
    { pointer: '/spec/listeners', value: { name: 'http' }, problem: '{"name":"http"} is not of type array' },
  );
});

test('null is as good as not written', () => {
  const optional = findings('EnvoyProxy', ({ spec }) => {
    spec.concurrency = null;
  });
  assert.deepEqual(optional, []);
  const { pointer, problem } = finding('Gateway', ({ spec }) => {
    spec.gatewayClassName = null;
  });
  assert.equal(pointer, '/spec/gatewayClassName');
  assert.equal(problem, 'gatewayClassName is missing');
});

test('a missing field is told where it should be', () => {
  assert.deepEqual(
    finding('Gateway', ({ spec }) => {
      delete spec.gatewayClassName;
    }),
    { pointer: '/spec/gatewayClassName', problem: 'gatewayClassName is missing' },
  );
});

test('a field with a default is never missing', () => {
  // The definition of AIGatewayRoute says that parentRefs need a kind, and gives it a default.
  assert.deepEqual(
    findings('AIGatewayRoute', ({ spec }) => {
      spec.parentRefs = [{ name: 'chat' }];
    }),
    [],
  );
  const before = soundBundle();
  const after = structuredClone(before);
  checkSchemas(after);
  assert.deepEqual(after, before, 'the caller’s objects stay as they are');
});

test('a value that is not in the list is told with the nearest', () => {
  assert.deepEqual(
    finding('BackendSecurityPolicy', ({ spec }) => {
      spec.type = 'ApiKey';
    }),
    {
      pointer: '/spec/type',
      value: 'ApiKey',
      problem: '"ApiKey" is not one of the allowed values',
      fix: 'use APIKey',
    },
  );
});

test('two elements of a list with the same key are told at the second, and the CEL of the definition says it too', () => {
  const found = findings('Gateway', ({ spec }) => {
    spec.listeners = [...spec.listeners, { name: 'https', protocol: 'HTTP', port: 1 }, spec.listeners[0]];
  });
  assert.deepEqual(
    found.map(({ pointer, problem }) => [pointer, problem]),
    [
      ['/spec/listeners', 'Listener name must be unique within the Gateway'],
      ['/spec/listeners', 'Combination of port, protocol and hostname must be unique for each listener'],
      ['/spec/listeners/2', 'the same name as element 0 of the list'],
    ],
  );
});

test('two equal elements of a set are told', () => {
  const { pointer, problem } = finding('AIServiceBackend', ({ spec }) => {
    spec.headerMutation.remove = [...spec.headerMutation.remove, 'cookie'];
  });
  assert.equal(pointer, '/spec/headerMutation/remove');
  assert.match(problem, /duplicate/);
});

test('an int-or-string is a number or a text, and nothing else', () => {
  const limit = (cpu: unknown) => (object: Draft) => {
    object.spec.provider.kubernetes.envoyDeployment.container.resources.limits.cpu = cpu;
  };
  assert.deepEqual(findings('EnvoyProxy', limit(2)), []);
  assert.deepEqual(findings('EnvoyProxy', limit('2')), []);
  assert.equal(finding('EnvoyProxy', limit(true)).problem, 'true is not of type integer or string');
  assert.match(finding('EnvoyProxy', limit('two')).problem, /^"two" must match pattern/);
});

test('of two patterns that say the same, one is told', () => {
  const { pointer } = finding('ClientTrafficPolicy', ({ spec }) => {
    spec.connection = { bufferLimit: 'fifty' };
  });
  assert.equal(pointer, '/spec/connection/bufferLimit');
});

test('ranges, lengths and patterns hold', () => {
  const { problem } = finding('Gateway', ({ spec }) => {
    spec.listeners[0].port = 70_000;
  });
  assert.equal(problem, '70000 must be <= 65535');
  assert.match(
    finding('Gateway', ({ spec }) => {
      spec.gatewayClassName = '';
    }).problem,
    /fewer than 1 characters/,
  );
  assert.match(
    finding('EnvoyProxy', ({ spec }) => {
      spec.concurrency = 2 ** 31;
    }).problem,
    /must match format "int32"/,
  );
});

test('alternatives are judged with defaults in', () => {
  const addresses = findings('Gateway', ({ spec }) => {
    spec.addresses = [{ value: '10.0.0.1' }];
  });
  assert.deepEqual(addresses, []);
});

test('of alternatives that all fail only the whole is told', () => {
  const { pointer, problem } = finding('Gateway', ({ spec }) => {
    spec.addresses = [{ type: 'IPAddress', value: 'localhost' }];
  });
  assert.equal(pointer, '/spec/addresses/0');
  assert.match(problem, /matches none of the allowed forms$/);
});

test('an object needs metadata with a name that the API server takes', () => {
  const bundle = soundBundle()
    .filter(({ kind }) => kind === 'Backend')
    .slice(0, 1);
  const named = (metadata: object | undefined) =>
    places(
      checkSchemas(
        bundle.map(({ metadata: _, ...rest }) => ({ ...rest, ...(metadata && { metadata }) }) as Manifest),
      ),
    );
  assert.deepEqual(named(undefined), ['schema backend /metadata']);
  assert.deepEqual(named({ namespace: 'ai' }), ['schema backend/ai /metadata/name']);
  assert.deepEqual(named({ name: 'Chat' }), ['schema backend/chat /metadata/name']);
  assert.deepEqual(named({ name: 'chat', namespace: 'a.b' }), [
    'schema backend/a.b/chat /metadata/namespace',
  ]);
  assert.deepEqual(named({ name: 'chat', labels: { a: 1 } }), ['schema backend/chat /metadata/labels/a']);
});

test('a status is not looked at', () => {
  assert.deepEqual(
    findings('Gateway', (object) => {
      object.status = { anything: true };
    }),
    [],
  );
});

test('every mistake of every object is told, sorted', () => {
  const all = soundBundle().map((object) => ({ ...object, oops: 1, spec: { wrong: 1 } }) as Manifest);
  const found = places(checkSchemas(all));
  assert.deepEqual(found, [...found].sort());
  for (const one of soundBundle().filter(({ kind }) => kind in kinds)) {
    const object = objectId(one);
    for (const pointer of ['/oops', '/spec/wrong']) {
      assert.ok(found.includes(`schema ${object} ${pointer}`), `${object} ${pointer}`);
    }
  }
});
