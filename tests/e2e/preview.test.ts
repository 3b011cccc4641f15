import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadStack } from '../../cli/stack';
import { synthesize } from '../../cli/synth';
import { type Platform, planControllers, programSecrets, requiredSecrets } from '../../config';
import { bundleKey, isBundled, unpack } from '../../stacks/bundle-state';
import { Project } from './project';
import type { Shown } from './recording-pack';

const root = resolve(__dirname, '../..');
/** Ours, and one that writes down what it is shown. */
const packs = ['policies/pack', 'tests/e2e/recording-pack'].flatMap((path) => [
  '--policy-pack',
  join(root, path),
]);

/** The stack whose preview is also read as people read it: what is secret and what is named is decided alike for all. */
const SHOWN_AS_DIFFERENCE = 'prod';

/** What the engine writes for a value that it does not know yet. */
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

// biome-ignore lint/suspicious/noExplicitAny: resources as the engine writes them
type Json = any;

/** Of a resource that a preview shows. */
interface Step {
  readonly op: string;
  readonly urn: string;
  readonly newState: { readonly type: string; readonly inputs: Json };
}

/** Nothing answers at its address, and its token is one that nobody else has. */
const kubeconfigOf = (token: string) => `apiVersion: v1
kind: Config
clusters: [{ name: supervisor, cluster: { server: "https://127.0.0.1:1" } }]
users: [{ name: pulumi, user: { token: ${token} } }]
contexts: [{ name: supervisor, context: { cluster: supervisor, user: pulumi } }]
current-context: supervisor
`;

/** What the objects of the controllers' charts are, by the documents' plan. */
function chartObjects(platform: Platform): Record<string, (inputs: Json) => void> {
  const { gatewayConfig } = planControllers(platform);
  const { replicas, aiGatewayVersion } = platform.controllers;
  const container = ({ spec }: Json) => spec.template.spec.containers[0];
  return {
    'kubernetes:core/v1:ConfigMap::envoy-gateway:envoy-gateway-system/envoy-gateway-config': ({ data }) => {
      assert.match(
        data['envoy-gateway.yaml'],
        new RegExp(`maxMessageSize: ${maxMessageSize(gatewayConfig)}`),
      );
    },
    'kubernetes:apps/v1:Deployment::envoy-gateway:envoy-gateway-system/envoy-gateway': (inputs) => {
      assert.equal(inputs.spec.replicas, replicas);
    },
    'kubernetes:core/v1:Service::envoy-gateway:envoy-gateway-system/envoy-gateway': () => {},
    'kubernetes:core/v1:ServiceAccount::envoy-gateway:envoy-gateway-system/envoy-gateway': () => {},
    'kubernetes:apps/v1:Deployment::ai-gateway:envoy-ai-gateway-system/ai-gateway-controller': (inputs) => {
      assert.equal(inputs.spec.replicas, replicas);
      assert.match(container(inputs).image, new RegExp(`:v${aiGatewayVersion}$`));
    },
    'kubernetes:core/v1:Service::ai-gateway:envoy-ai-gateway-system/ai-gateway-controller': () => {},
    'kubernetes:core/v1:Secret::ai-gateway:envoy-ai-gateway-system/self-signed-cert-for-mutating-webhook':
      () => {},
  };
}

const maxMessageSize = ({ extensionManager }: Json): string => extensionManager.maxMessageSize;

const typeOf = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }) =>
  `kubernetes:${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`;

/** `urn:pulumi:<stack>::<project>::<types>::<name>`; a name may have colons of its own. */
const nameOf = ({ urn }: Step) => urn.split('::').slice(3).join('::');

/** What is made in vCenter, by the document: type and name of each resource. */
function vsphereResources({ cluster }: Platform): string[] {
  if (cluster.kind !== 'vks' || !cluster.namespace.manage) return [];
  const { namespace, controlPlane, pools } = cluster;
  const classes = [controlPlane, pools.system, pools.gateway, pools.gpu].flatMap((one) => one?.vmClass ?? []);
  const { tagPolicy, contentLibrary } = namespace;
  return [
    `vsphere:index/namespace:Namespace::${namespace.name}`,
    ...classes
      .filter(({ create, gpus }) => create && gpus === 0)
      .map(({ name }) => `vsphere:index/virtualMachineClass:VirtualMachineClass::${name}`),
    ...(pools.gpu?.device ? [`pulumi-nodejs:dynamic/vcf-ai:GpuVmClass::${pools.gpu.vmClass.name}`] : []),
    ...(tagPolicy ? [`vsphere:index/vmStoragePolicy:VmStoragePolicy::${tagPolicy.name}`] : []),
    ...(contentLibrary?.subscriptionUrl
      ? [`vsphere:index/contentLibrary:ContentLibrary::${contentLibrary.name}`]
      : []),
  ];
}

process.env.VCF_AI_OFFLINE = '1';

for (const stack of ['dev', 'staging', 'prod']) {
  describe(`a preview of ${stack}, with no vCenter, no Supervisor and no cluster`, () => {
    const project = new Project(stack);
    const shown = join(project.folder, 'shown.jsonl');
    /** Of every secret, what must be nowhere. */
    const secrets: string[] = [];
    let platform: Platform;
    let text: string;
    /** As people read it; none where it is not made. */
    let differences: string[];
    let steps: ReadonlyMap<string, Step>;

    before(async () => {
      ({ platform } = loadStack(stack, project.folder));
      await project.succeeds(['stack', 'select', '--create']);
      const set = [...requiredSecrets(platform), ...programSecrets(platform)].map(({ name }) => {
        const value = `never-shown-${randomUUID()}`;
        secrets.push(value, Buffer.from(value).toString('base64'));
        return [name, name.endsWith('kubeconfig') ? kubeconfigOf(value) : value];
      });
      await project.setSecrets(Object.fromEntries(set));
      process.env.VCF_AI_SHOWN = shown;
      const shapes = [['--json', ...packs], ...(stack === SHOWN_AS_DIFFERENCE ? [['--diff']] : [])];
      const previews = await Promise.all(shapes.map((shape) => project.pulumi(['preview', ...shape], 10)));
      for (const preview of previews) assert.equal(preview.code, 0, preview.text.slice(-2000));
      [text = '', ...differences] = previews.map((preview) => preview.text);
      const all: Step[] = JSON.parse(text.slice(text.indexOf('{\n'), text.lastIndexOf('\n}') + 2)).steps;
      steps = new Map(all.map((step) => [`${step.newState.type}::${nameOf(step)}`, step]));
    });
    after(() => project.close());

    const inputsOf = (key: string): Json => {
      const step = steps.get(key);
      assert.ok(step, `${key} is not shown`);
      assert.equal(step.op, 'create', key);
      return step.newState.inputs;
    };

    test('shows every object of the document, every value known [preview-complete]', () => {
      const objects = synthesize(stack, project.folder);
      assert.ok(objects.length > 50, `${objects.length}`);
      const bundled: unknown[] = [];
      for (const { id, manifest } of objects) {
        if (isBundled(manifest.kind)) {
          bundled.push(manifest);
          continue;
        }
        const inputs = inputsOf(`${typeOf(manifest)}::${id}`);
        // What a Secret holds is the one thing that is not shown.
        if (manifest.kind === 'Secret') assert.equal(inputs.stringData, '[secret]', id);
        else assert.deepEqual(inputs, JSON.parse(JSON.stringify(manifest)), id);
      }
      const bundles = [...steps].filter(([key]) => key.startsWith('vcf-ai:index:Bundle::'));
      const shownInBundles = bundles.flatMap(([key]) => unpack(inputsOf(key)));
      assert.ok(bundled.length > 50, `${bundled.length}`);
      assert.deepEqual(shownInBundles, JSON.parse(JSON.stringify(bundled)));
      // Their names are what a person sees of them.
      const names = bundles.flatMap(([key]) => Object.keys(inputsOf(key).hashes));
      assert.deepEqual(names, shownInBundles.map(bundleKey));
      for (const name of names)
        assert.ok(
          differences.every((difference) => difference.includes(name)),
          name,
        );
    });

    test("shows what is in the controllers' charts, made from the document's values [preview-charts]", () => {
      for (const [key, check] of Object.entries(chartObjects(platform))) check(inputsOf(key));
    });

    test('says what it lacks: a chart that only its maker publishes', () => {
      const { cluster } = platform;
      const wanted = cluster.kind === 'vks' && cluster.gpuOperator !== undefined;
      assert.equal(/only the namespace and the Secrets of the GPU operator/.test(text), wanted);
    });

    test('shows what is made in vCenter', () => {
      const expected = vsphereResources(platform);
      assert.ok(expected.length > 0);
      for (const key of expected) inputsOf(key);
    });

    test('no object has a value that is not known, and the policies are shown each [preview-known]', () => {
      const objects = [...steps].filter(
        ([key, { op }]) => op === 'create' && key.startsWith('kubernetes:') && !key.includes(':Chart::'),
      );
      const incomplete = objects.filter(([, { newState }]) =>
        JSON.stringify(newState.inputs).includes(UNKNOWN),
      );
      assert.deepEqual(
        incomplete.map(([key]) => key),
        [],
      );
      const seen: Shown[] = readFileSync(shown, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.deepEqual(
        seen.filter(({ unknown }) => unknown.length > 0),
        [],
      );
      const urns = new Set(seen.map(({ urn }) => urn));
      assert.deepEqual(
        objects.filter(([, { urn }]) => !urns.has(urn)).map(([key]) => key),
        [],
      );
    });

    test('says no secret, neither as JSON nor as a difference [preview-secrets]', () => {
      for (const output of [text, ...differences]) {
        assert.ok(secrets.every((secret) => !output.includes(secret)));
        // Rules and their policies name what begins a key; a key goes on after that.
        assert.ok(!/PRIVATE KEY-----(\\+[nr]|\s)*[A-Za-z0-9+/]{16}/.test(output));
        assert.ok(output.includes('[secret]'));
      }
    });
  });
}
