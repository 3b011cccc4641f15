import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, Chart } from 'cdk8s';
import { objectId } from '../../base/manifest';
import { AdmissionPolicies, manifestsOf } from '../../constructs';
import { DEFAULT_PARAMETERS, layerPolicies, type Manifest, type ObjectRule, rules } from '../../policies';
import { admissionPolicies } from '../../policies/admission';
import { expressionsOf, type Variable } from '../../policies/admission-expressions';
import { compile } from '../../policies/cel/environment';
import { celValue } from '../../policies/cel/values';
import type { RuleKind } from '../../policies/kinds';
import { parametersIn, policyParameters } from '../../policies/parameters';
import { sampleBundle } from '../../policies/rules/baseline';

const PARAMETERS = { ...DEFAULT_PARAMETERS, ...parametersIn(sampleBundle({ change: {} })) };

const objectRules = rules.filter((rule): rule is ObjectRule => rule.scope === 'object');

const run = (text: string, known: object) => compile(text, Object.keys(known))(known);

/** The variables of a policy as the API server has them: each is evaluated when something asks for it. */
function lazily(all: readonly Variable[], known: object): object {
  const variables = {};
  for (const { name, expression } of all) {
    const get = () => run(expression, { ...known, variables });
    Object.defineProperty(variables, name, { get, enumerable: true });
  }
  return variables;
}

/** What the API server says to an object, by the validations that a rule has for its kind. */
function refusals(rule: ObjectRule, object: Manifest): string[] {
  const { variables, validations } = expressionsOf(object.kind as RuleKind, [rule], PARAMETERS);
  const known = { object: celValue(object) };
  const all = { ...known, variables: lazily(variables, known) };
  return validations
    .filter(({ expression }) => run(expression, all) !== true)
    .map(({ message, messageExpression }) =>
      messageExpression === undefined ? message : `${run(messageExpression, all)}`,
    );
}

for (const rule of objectRules) {
  for (const sample of rule.bad) {
    test(`${rule.id} in the cluster refuses: ${sample.shows}`, () => {
      const objects = new Map(sampleBundle(sample).map((object) => [objectId(object), object]));
      for (const place of sample.finds) {
        const [id = '', pointer = ''] = place.split(' ');
        const told = refusals(rule, objects.get(id) as Manifest).join('\n');
        assert.ok(told.includes(`[${rule.id}] ${pointer}: `), told);
        assert.doesNotMatch(told, /^\s*$/);
      }
    });
  }
  for (const sample of rule.good) {
    test(`${rule.id} in the cluster admits: ${sample.shows}`, () => {
      for (const object of sampleBundle(sample)) {
        if (!(rule.kinds as readonly string[]).includes(object.kind)) continue;
        assert.deepEqual(refusals(rule, object), []);
      }
    });
  }
}

const nested: ObjectRule = {
  id: 'X01',
  title: 'no variable is named like another thing',
  effect: 'unsafe',
  why: '',
  source: '',
  fix: 'name it otherwise',
  area: 'serving',
  scope: 'object',
  kinds: ['Pod'],
  good: [],
  bad: [],
  checks: [
    {
      each: ['spec.containers', 'container.env'],
      as: ['container', 'env'],
      expression: "params.development || env.name != 'object'",
      pointer: '/spec/containers/*/env/*/name',
      problem: { expression: "env.name + ' is no name'" },
    },
  ],
};

const pod = (...names: string[]): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod' },
  ...{ spec: { containers: [{ name: 'first' }, { name: 'second', env: names.map((name) => ({ name })) }] } },
});

test('a message names every element that failed, by its place', () => {
  assert.deepEqual(refusals(nested, pod('a', 'b')), []);
  assert.deepEqual(refusals(nested, pod('a', 'object')), [
    '[X01] /spec/containers/1/env/1/name: object is no name (name it otherwise)',
  ]);
});

test('a policy has the parameters that it reads, and knows an exemption by its annotation', () => {
  const [policy, binding] = admissionPolicies(['serving'], { action: 'deny', rules: [nested] });
  const { validations } = expressionsOf('Pod', [nested], PARAMETERS);
  assert.deepEqual(policy?.metadata, { name: 'ai-platform-serving-pod' });
  assert.deepEqual(policy?.spec, {
    failurePolicy: 'Fail',
    variables: [{ name: 'development', expression: 'false' }],
    matchConstraints: {
      resourceRules: [
        { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] },
      ],
    },
    matchConditions: [{ name: 'stays', expression: '!has(object.metadata.deletionTimestamp)' }],
    validations,
  });
  assert.deepEqual(binding?.spec, {
    policyName: 'ai-platform-serving-pod',
    validationActions: ['Deny', 'Audit'],
    matchResources: {
      namespaceSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'vcf-ai-platform' } },
    },
  });
  assert.match(validations[0]?.expression ?? '', /^"exempt\.vcf-ai-platform\/X01" in /);
  const exempt: Manifest = {
    ...pod('object'),
    metadata: { ...{ annotations: { 'exempt.vcf-ai-platform/X01': '{}' } } },
  };
  assert.deepEqual(refusals(nested, exempt), []);
});

test('a policy has the checks that its kind can fail, and none of another kind', () => {
  const checks = [
    { ...nested.checks[0], each: ['spec.containers'], as: ['env'], kinds: ['Pod'] },
    { ...nested.checks[0], each: ['spec.template.spec.containers'], as: ['env'], kinds: ['Job'] },
  ] as ObjectRule['checks'];
  const rule: ObjectRule = { ...nested, kinds: ['Pod', 'Job'], checks };
  const paths = ({ kind, own }: { kind: RuleKind; own: string }) => {
    const { variables, validations } = expressionsOf(kind, [rule], PARAMETERS);
    assert.equal(validations.length, 1);
    const [failing] = variables.filter(({ name }) => name === 'X01');
    assert.ok(failing?.expression.includes(own), failing?.expression);
  };
  paths({ kind: 'Pod', own: 'dyn(object).?spec.?containers' });
  paths({ kind: 'Job', own: 'dyn(object).?spec.?template.?spec.?containers' });
});

test('what several checks read is written once, and so is what a validation and its message need', () => {
  const check = {
    each: ['spec.containers'],
    as: ['container'],
    only: 'container.name.startsWith("vllm")',
    pointer: '/spec/containers/*/image',
    problem: 'the image is none',
  };
  const rule: ObjectRule = {
    ...nested,
    checks: [
      { ...check, expression: 'has(container.image)' },
      { ...check, expression: 'container.image != "none"' },
    ],
  };
  const { variables, validations } = expressionsOf('Pod', [rule], PARAMETERS);
  assert.deepEqual(
    variables.map(({ name }) => name),
    ['containers', 'X01', 'X01_2'],
  );
  const texts = [...variables, ...validations].map((one) => JSON.stringify(one)).join('');
  assert.equal(texts.split('startsWith').length, 2);
  assert.equal(texts.split('has(container.image)').length, 2);
});

test('a rule that only warns never refuses, and what has many kinds is not held against one type', () => {
  const warning: ObjectRule = { ...nested, effect: 'fragile', kinds: ['Pod', 'NetworkPolicy', 'Ingress'] };
  const manifests = admissionPolicies(['serving'], {
    action: 'deny',
    rules: [warning],
  });
  const policies = manifests.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy') as Draft[];
  assert.deepEqual(
    policies.map(({ spec }) => spec.matchConstraints.resourceRules[0].resources[0]),
    ['ingresses', 'networkpolicies', 'pods'],
  );
  assert.match(policies[0].spec.validations[0].expression, /dyn\(object\)\.\?spec\.\?containers.*'object'/);
  const bindings = manifests.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding') as Draft[];
  for (const { spec } of bindings) assert.deepEqual(spec.validationActions, ['Warn', 'Audit']);
});

// biome-ignore lint/suspicious/noExplicitAny: the tests read what the types leave open
type Draft = any;

test('the document decides: off installs nothing, parameters are those of the document over the defaults', () => {
  const nothing = layerPolicies({ admission: 'off', parameters: {} }, 'ai');
  assert.deepEqual(nothing, { serving: [], gateway: [] });
  const parameters = { allowedRegistries: ['docker.io/vllm', 'ghcr.io/'] };
  const { serving, gateway } = layerPolicies({ admission: 'warn', parameters }, 'ai');
  assert.deepEqual(serving[0], policyParameters('ai', parameters));
  const variables = (serving as Draft[]).flatMap(({ spec }) => spec?.variables ?? []);
  const given = variables.filter(({ name }) => name in DEFAULT_PARAMETERS);
  const written = new Set(given.map(({ name, expression }) => `${name} = ${expression}`));
  assert.deepEqual([...written].sort(), [
    'allowedRegistries = ["docker.io/vllm","ghcr.io/"]',
    'development = false',
  ]);
  assert.ok(gateway.some(({ metadata }) => metadata.name === 'ai-platform-gateway-aiservicebackend'));
});

test('bindings come after the policies', () => {
  const chart = new Chart(new App(), 'serving', { disableResourceNameHashes: true });
  const policies = admissionPolicies(['serving'], {
    action: 'deny',
    rules: [nested],
  });
  new AdmissionPolicies(chart, 'admission', { manifests: [...policies, policyParameters('ai')] });
  const binding = manifestsOf(chart).find(({ id }) => id.startsWith('validatingadmissionpolicybinding/'));
  assert.deepEqual(binding?.after, [
    'configmap/ai/ai-platform-policies',
    'validatingadmissionpolicy/ai-platform-serving-pod',
  ]);
});
