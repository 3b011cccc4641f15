import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import * as pulumi from '@pulumi/pulumi';
import type { NamedManifest } from '../../base/manifest';
import { ChartRenderer, type ChartSettings, HelmChart } from '../../stacks/helm-chart';

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const metadata = { name: 'one', namespace: 'ns' };
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'policies.x.io' },
  spec: { group: 'x.io', names: { kind: 'Policy' }, scope: 'Cluster' },
};
const policy = { apiVersion: 'x.io/v1', kind: 'Policy', metadata };
const secret = { apiVersion: 'v1', kind: 'Secret', metadata, data: { key: 'a2V5' } };
const hook = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { ...metadata, annotations: { 'helm.sh/hook': 'pre-install' } },
};

const settings: ChartSettings = {
  chart: '/charts/some-chart',
  release: 'some',
  namespace: 'ns',
  values: { replicas: 2 },
  kubernetesVersion: '1.34',
  definitions: true,
};

let registered: Registered[];
let asked: Record<string, unknown>[];
let answer: () => Record<string, unknown>;

beforeEach(async () => {
  registered = [];
  asked = [];
  answer = () => ({ result: [secret, hook, policy, definition] });
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      registered.push({ type, name, inputs });
      return { id: name, state: inputs };
    },
    call: ({ inputs }) => {
      asked.push(JSON.parse(inputs.jsonOpts));
      return answer();
    },
  });
});

test('a chart of a folder is rendered with its values, for the release of Kubernetes that is given', async () => {
  await new ChartRenderer('charts').render(settings);
  assert.deepEqual(asked, [
    {
      path: '/charts',
      chart: 'some-chart',
      release_name: 'some',
      namespace: 'ns',
      values: { replicas: 2 },
      kube_version: '1.34',
      skip_crd_rendering: false,
    },
  ]);
});

test('a chart of a registry has a version, one of a repository its address too', async () => {
  const renderer = new ChartRenderer('charts');
  await renderer.render({ ...settings, chart: 'oci://docker.io/x/some-chart', version: 'v1.2.3' });
  await renderer.render({ ...settings, chart: 'some-chart', repository: 'https://charts.example.com' });
  const [published, kept] = asked;
  assert.deepEqual([published?.chart, published?.version], ['oci://docker.io/x/some-chart', 'v1.2.3']);
  assert.deepEqual(kept?.fetch_opts, { repo: 'https://charts.example.com' });
});

test('its provider has no cluster to ask', async () => {
  await new ChartRenderer('charts').render(settings);
  const provider = registered.find(({ name }) => name === 'charts');
  assert.deepEqual(JSON.parse(`${provider?.inputs.kubeconfig}`), { apiVersion: 'v1', kind: 'Config' });
});

test('hooks are left out, and what is of the cluster is in no namespace', async () => {
  const objects = await new ChartRenderer('charts').render(settings);
  assert.deepEqual(objects, [secret, { ...policy, metadata: { name: 'one' } }, definition]);
});

test('refuses a chart that cannot be had, in one sentence', async () => {
  answer = () => {
    const details = 'failed to generate YAML for specified Helm chart: failed to pull chart: no such host';
    // As gRPC hands an error on.
    throw Object.assign(new Error(details), { details });
  };
  const renderer = new ChartRenderer('charts');
  await assert.rejects(
    renderer.render({ ...settings, chart: 'oci://docker.io/x/some-chart', version: 'v1.2.3' }),
    { message: '✗ chart oci://docker.io/x/some-chart v1.2.3: failed to pull chart: no such host' },
  );
});

test('every object is a resource of its own, definitions first, secrets sealed', async () => {
  const names: string[] = [];
  const waits: Record<string, number> = {};
  const note: pulumi.ResourceTransformation = ({ name, opts }) => {
    names.push(name);
    waits[name] = [opts.dependsOn ?? []].flat().length;
    return undefined;
  };
  const kept: NamedManifest = {
    ...secret,
    metadata: { ...metadata, name: 'kept', annotations: { 'helm.sh/resource-policy': 'keep' } },
  };
  const objects = [secret, kept, policy, definition].map((object) => ({ object }));
  const chart = new HelmChart('some', objects, { transformations: [note] });
  await new Promise<string>((resolve) => chart.urn.apply(resolve));
  assert.deepEqual(names, ['some', 'some:policies.x.io', 'some:ns/one', 'some:ns/kept', 'some:ns/one']);
  assert.deepEqual([waits['some:policies.x.io'], waits['some:ns/kept']], [0, 1]);
});
