import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

// biome-ignore lint/suspicious/noExplicitAny: what the script reads and writes
type Json = any;

function filtered(verb: string, input: Json): Json {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/from-0.1.mjs', verb], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    timeout: 20_000,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

const urnOf = (parent: string, type: string, name: string) =>
  `urn:pulumi:prod::vcf-ai-platform::vcf-ai-platform:stacks:Manifests$${type}::${parent}${name}`;

test('a state loses definitions and policies, what depends on them, and nothing else', () => {
  const crd = urnOf('', 'kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition', 'crd/as.x.io');
  const admission = 'kubernetes:admissionregistration.k8s.io/v1';
  const policy = urnOf('', `${admission}:ValidatingAdmissionPolicy`, 'one');
  const binding = urnOf('', `${admission}:ValidatingAdmissionPolicyBinding`, 'one');
  const space = urnOf('', 'kubernetes:core/v1:Namespace', 'namespace/ai');
  const ofOperator =
    'urn:pulumi:prod::vcf-ai-platform::kubernetes:helm.sh/v4:Chart$kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition::gpu:a';
  const gateway = {
    urn: urnOf('', 'kubernetes:gateway.networking.k8s.io/v1:Gateway', 'gateway/ai'),
    dependencies: [crd, space],
    propertyDependencies: { spec: [crd], metadata: null },
    inputs: { spec: { x: 1 } },
  };
  const resources = [
    { urn: crd },
    { urn: policy },
    { urn: binding },
    { urn: space },
    { urn: ofOperator },
    gateway,
  ];
  const exported = { version: 3, deployment: { manifest: { time: 'now' }, resources } };
  assert.deepEqual(filtered('state', exported), {
    version: 3,
    deployment: {
      manifest: { time: 'now' },
      resources: [
        { urn: space },
        { urn: ofOperator },
        { ...gateway, dependencies: [space], propertyDependencies: { spec: [], metadata: [] } },
      ],
    },
  });
});

test('objects that Pulumi applied change hands, and those of others stay as they are', () => {
  const item = (name: string, ...managers: string[]) => ({
    metadata: { name, managedFields: managers.map((manager) => ({ manager, operation: 'Apply' })) },
  });
  const list = {
    kind: 'List',
    items: [item('ours', 'pulumi-kubernetes-12ab', 'kube-apiserver'), item('theirs', 'helm')],
  };
  assert.deepEqual(filtered('owners', list), {
    kind: 'List',
    items: [item('ours', 'vcf-ai-platform', 'kube-apiserver')],
  });
});
