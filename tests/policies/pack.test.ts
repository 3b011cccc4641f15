import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import {
  type PolicyResource,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationArgs,
  type StackValidationPolicy,
  unknownCheckingProxy,
} from '@pulumi/policy';
import { load } from 'js-yaml';
import type { Manifest } from '../../policies';
import { policies } from '../../policies/pack/policies';
import { objectsOf } from '../../policies/pack/resource';
import { type Draft, edited, soundBundle } from './support';

/** What Pulumi's engine puts in the place of a text that it does not know yet. */
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

const typeOf = ({ apiVersion, kind }: Manifest) =>
  `kubernetes:${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`;

const urnOf = (manifest: Manifest) => `urn:pulumi:test::test::${typeOf(manifest)}::${manifest.kind}`;

/** What the policy of this name reports, each as `<urn's kind> <message>`. */
async function reported(name: string, manifests: readonly Manifest[], provider = 'cluster') {
  const found: string[] = [];
  const report = (message: string, urn = '') => void found.push(`${urn.split('::').at(-1)} ${message}`);
  const policy = policies.find((one) => one.name === name);
  const resources = manifests.map((manifest) => ({
    type: typeOf(manifest),
    props: unknownCheckingProxy(manifest),
    urn: urnOf(manifest),
    provider: { urn: provider },
  }));
  if (policy && 'validateStack' in policy) {
    await validateStack(policy, resources as unknown as PolicyResource[], report);
  } else {
    for (const resource of resources) {
      const { validateResource } = policy as ResourceValidationPolicy;
      assert.ok(typeof validateResource === 'function', name);
      await validateResource(resource as unknown as ResourceValidationArgs, (message) =>
        report(message, resource.urn),
      );
    }
  }
  return found;
}

function validateStack(
  { validateStack: validate }: StackValidationPolicy,
  resources: PolicyResource[],
  report: (message: string, urn?: string) => void,
) {
  return validate({ resources } as unknown as StackValidationArgs, report);
}

const all = async (bundle: readonly Manifest[]) =>
  (await Promise.all(policies.map(({ name }) => reported(name, bundle)))).flat();

const withoutCookie = () =>
  edited(soundBundle(), 'AIServiceBackend', ({ spec }) => spec.headerMutation.remove.pop());

test('the sound bundle passes', async () => {
  assert.deepEqual(await all(soundBundle()), []);
});

test('an object is stopped for what is wrong with it alone', async () => {
  const [violation, ...others] = await all(withoutCookie());
  assert.deepEqual(others, []);
  assert.match(violation ?? '', /^AIServiceBackend ✗ .*\/spec\/headerMutation\/remove: .* \[R19\]$/);
});

test('an object is stopped for a field that there is not', async () => {
  const bundle = edited(soundBundle(), 'Backend', ({ spec }) => {
    spec.endpoint = [];
  });
  assert.match((await reported('objects', bundle)).join(), /^Backend ✗ .*unknown field endpoint/);
});

test('what one object says of another is judged with all of them, at the one that says it', async () => {
  const bundle = soundBundle().filter(({ kind }) => kind !== 'Backend');
  assert.deepEqual(await reported('objects', bundle), []);
  assert.match((await reported('references', bundle)).join(), /^AIServiceBackend ✗ .*\/spec\/backendRef: /);
});

test('an object of another cluster is not there for those of this one', async () => {
  const here = soundBundle().filter(({ kind }) => kind !== 'Backend');
  const there = soundBundle().filter(({ kind }) => kind === 'Backend');
  const resources = [here, there].flatMap((bundle, index) =>
    bundle.map((manifest) => ({
      type: typeOf(manifest),
      props: manifest,
      urn: urnOf(manifest),
      provider: { urn: `cluster-${index}` },
    })),
  );
  const found: string[] = [];
  const references = policies.find(({ name }) => name === 'references') as StackValidationPolicy;
  await validateStack(references, resources as unknown as PolicyResource[], (message) => {
    found.push(message);
  });
  assert.match(found.join(), /^✗ aiservicebackend\/ai\/chat \/spec\/backendRef: /);
});

test('an error in an object of which a value is not known yet stops nothing, and is told', async () => {
  const bundle = edited(withoutCookie(), 'AIServiceBackend', ({ spec }) => {
    spec.headerMutation.set = [{ name: 'x-team', value: UNKNOWN }];
  });
  assert.deepEqual(await reported('objects', bundle), []);
  assert.deepEqual(await reported('references', bundle), []);
  assert.match((await reported('warnings', bundle)).join(), /\[R19\]/);
});

test('a resource is the object that its inputs are; lists are their items', () => {
  const backend = soundBundle().find(({ kind }) => kind === 'Backend') as Draft;
  const type = typeOf(backend);
  assert.deepEqual(objectsOf(type, backend), [{ manifest: backend, unknown: [] }]);
  const list = { apiVersion: 'v1', kind: 'List', items: [backend, backend] };
  assert.equal(objectsOf('kubernetes:core/v1:List', list).length, 2);
  const late = unknownCheckingProxy({ ...backend, spec: { 'a/b': [UNKNOWN, 'c'] } });
  assert.deepEqual(objectsOf(type, late), [
    { manifest: { ...backend, spec: { 'a/b': ['unknown', 'c'] } }, unknown: ['/spec/a~1b/0'] },
  ]);
});

test("other resources are nobody's objects: components, releases, patches, definitions", () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } };
  const crd = { ...namespace, kind: 'CustomResourceDefinition' };
  assert.deepEqual(objectsOf('vcf-ai-platform:stacks:Manifests', {}), []);
  assert.deepEqual(objectsOf('kubernetes:helm.sh/v3:Release', { chart: 'x' }), []);
  assert.deepEqual(objectsOf('kubernetes:core/v1:NamespacePatch', namespace), []);
  assert.deepEqual(objectsOf('kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition', crd), []);
});

test('the pack starts by the runtime that it names, which the project finds', async () => {
  const root = resolve(__dirname, '../..');
  const { runtime } = load(readFileSync(join(root, 'policies/pack/PulumiPolicy.yaml'), 'utf8')) as Draft;
  const { plugins } = load(readFileSync(join(root, 'Pulumi.yaml'), 'utf8')) as Draft;
  const [{ name, path }] = plugins.analyzers;
  assert.equal(name, `policy-${runtime}`);
  const folder = join(root, 'policies/pack');
  const pack = spawn(join(root, path, `pulumi-analyzer-${name}`), ['127.0.0.1:1', '.'], { cwd: folder });
  try {
    const [port] = await once(pack.stdout, 'data');
    assert.match(`${port}`, /^\d+\n$/);
  } finally {
    pack.kill('SIGKILL');
  }
});
