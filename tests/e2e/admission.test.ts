import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { before, describe, test } from 'node:test';
import { dump, load } from 'js-yaml';
import { objectId } from '../../base/manifest';
import { until } from '../../local/until';
import type { ObjectRule } from '../../policies';
import { rules, severityOf } from '../../policies';
import { admissionPolicies, JUDGED_NAMESPACES } from '../../policies/admission';
import { parametersIn } from '../../policies/parameters';
import type { Area } from '../../policies/rule';
import { sampleBundle } from '../../policies/rules/baseline';
import { Cluster } from './cluster';
import { beginControlPlane, shared, withDefinitions } from './shared';

// biome-ignore lint/suspicious/noExplicitAny: objects as the API server takes and returns them
type Json = any;

const root = resolve(__dirname, '../..');
const pack = join(root, 'policies/pack');

const AREAS: readonly Area[] = ['gateway', 'serving', 'observability', 'exposure', 'cluster'];
const objectRules = rules.filter((rule): rule is ObjectRule => rule.scope === 'object');
const samples = objectRules.flatMap((rule) => [...rule.good, ...rule.bad]);

/** What R18 refuses: a prefix that Cohere does not have. */
const foreign: Json = {
  apiVersion: 'aigateway.envoyproxy.io/v1beta1',
  kind: 'AIServiceBackend',
  metadata: { namespace: 'ai', name: 'by-hand' },
  spec: {
    schema: { name: 'Cohere', prefix: '/compatibility/v1' },
    backendRef: { group: 'gateway.envoyproxy.io', kind: 'Backend', name: 'by-hand' },
    headerMutation: { remove: ['authorization', 'x-api-key', 'api-key', 'cookie'] },
  },
};
const sound: Json = structuredClone(foreign);
sound.spec.schema.name = 'OpenAI';
const backend: Json = {
  apiVersion: 'gateway.envoyproxy.io/v1alpha1',
  kind: 'Backend',
  metadata: foreign.metadata,
  spec: { endpoints: [{ fqdn: { hostname: 'chat.models.svc.cluster.local', port: 8000 } }] },
};

/** What the API server says to an object: its refusal, or its warnings. */
async function answer(cluster: Cluster, object: Json): Promise<string> {
  return cluster.dryRun(object).then(
    (warnings) => warnings.join('\n').replaceAll('\\"', '"'),
    (error: Error) => `refused: ${error.message.replaceAll('\\"', '"')}`,
  );
}

describe('the rules in a cluster and at preview', () => {
  const project = shared;
  let cluster: Cluster;

  /** A program in the project's own folder, with the packages of this one. */
  function program(source: string): void {
    const folder = join(project.folder, 'program');
    mkdirSync(folder, { recursive: true });
    const file = join(project.folder, 'Pulumi.yaml');
    const runtime = { name: 'nodejs', options: { typescript: false, nodeargs: '--import tsx' } };
    writeFileSync(file, dump({ ...(load(readFileSync(file, 'utf8')) as object), main: 'program', runtime }));
    writeFileSync(join(folder, 'package.json'), '{ "name": "by-hand" }');
    writeFileSync(join(folder, 'index.ts'), source);
  }

  async function install(action: 'warn' | 'deny'): Promise<void> {
    const parameters = parametersIn(sampleBundle({ change: {} }));
    for (const one of admissionPolicies(AREAS, { action, parameters })) await cluster.apply(one as Json);
    // The API server takes policies up one by one, in the seconds after they are made.
    let idle: string[] = [];
    const stands = async () => {
      idle = [];
      for (const rule of objectRules) {
        const verdict = action === 'deny' && severityOf(rule) === 'error' ? 'refused: ' : '299';
        const [[object] = []] = rule.bad.flatMap(found);
        const said = await answer(cluster, object);
        if (!said.startsWith(verdict) || !said.includes(`[${rule.id}]`)) idle.push(`${rule.id}: ${said}`);
      }
      return idle.length === 0;
    };
    assert.ok(await until(stands, 60, 1000), idle.join('\n'));
  }

  before(async () => {
    symlinkSync(join(root, 'node_modules'), join(project.folder, 'node_modules'));
    await beginControlPlane();
    cluster = new Cluster(project.state);
    await withDefinitions(cluster);
    const namespaces = samples.flatMap((sample) =>
      sampleBundle(sample).map(({ metadata }) => metadata?.namespace ?? 'ai'),
    );
    for (const name of new Set(['ai', ...namespaces])) {
      const labels = JUDGED_NAMESPACES;
      await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } } as Json);
    }
  });

  test('pulumi preview stops an object that a program adds beside the constructs', async () => {
    program(`
      import { CustomResource } from '@pulumi/kubernetes/apiextensions';
      import { deploy } from '${root}/stacks/layers';
      deploy();
      new CustomResource('by-hand', ${JSON.stringify(foreign)});
    `);
    const selected = await project.pulumi(['stack', 'select', '--create']);
    assert.equal(selected.code, 0, selected.text);
    const { code, text } = await project.pulumi(['preview', '--policy-pack', pack], 10);
    assert.notEqual(code, 0, text);
    assert.match(text, /\[mandatory\] +objects .*AIServiceBackend: by-hand/);
    assert.match(text, /aiservicebackend\/ai\/by-hand \/spec\/schema\/prefix: .*\[R18\]/);
    assert.match(text, /\[mandatory\] +references .*AIServiceBackend: by-hand/);
    const stopped = text.match(/\[mandatory\] .*/g) ?? [];
    assert.deepEqual(
      stopped.filter((line) => !line.includes('by-hand')),
      [],
      text,
    );
  });

  test('pulumi policy analyze shows what was changed behind the back of a stack', async () => {
    const resource = (object: Json) =>
      `new CustomResource('${object.kind}', ${JSON.stringify(object)}, { provider });`;
    program(`
      import { CustomResource } from '@pulumi/kubernetes/apiextensions';
      import { Provider } from '@pulumi/kubernetes/provider';
      const provider = new Provider('cluster', { context: 'vcf-ai-local', enableServerSideApply: true });
      ${resource(backend)}
      ${resource(sound)}
    `);
    const analyze = ['policy', 'analyze', '--policy-pack', pack, '--json'];
    const up = await project.pulumi(['up', '--yes', '--skip-preview', '--policy-pack', pack]);
    assert.equal(up.code, 0, up.text);
    assert.equal((await project.pulumi(analyze)).code, 0);
    await cluster.merge(sound, {
      metadata: { finalizers: ['example.com/hold'] },
      spec: { schema: { name: foreign.spec.schema.name } },
    });
    const refresh = await project.pulumi(['refresh', '--yes', '--skip-preview']);
    assert.equal(refresh.code, 0, refresh.text);
    const { code, text } = await project.pulumi(analyze);
    assert.notEqual(code, 0, text);
    assert.match(text, /"policyEvent":.*aiservicebackend\/ai\/by-hand .*\[R18\].*"mandatory"/);
  });

  test('warn: what breaks a rule is admitted with its message, and what breaks none without [admission-warn]', async () => {
    await install('warn');
    const wrong: string[] = [];
    for (const rule of objectRules) {
      for (const sample of rule.bad) {
        for (const [object, pointer] of found(sample)) {
          const said = await answer(cluster, object);
          if (!said.startsWith('299') || !said.includes(`[${rule.id}] ${pointer}`)) {
            wrong.push(`${rule.id} ${sample.shows}: ${pointer}: ${said}`);
          }
        }
      }
    }
    assert.deepEqual(wrong, []);
  });

  test('the API server knows every field that the policies name [admission-fields]', async () => {
    const policies = await cluster.list('/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies');
    assert.ok(policies.length > 0);
    for (const { metadata } of policies) {
      const path = `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/${metadata.name}`;
      const checked = async () => (await cluster.get(path)).status?.observedGeneration !== undefined;
      assert.ok(await until(checked, 60), metadata.name);
      const { typeChecking } = (await cluster.get(path)).status;
      assert.deepEqual(typeChecking?.expressionWarnings ?? [], [], metadata.name);
    }
  });

  test('deny: every bad sample is refused with its message, every good one admitted [admission-deny]', async () => {
    await install('deny');
    const wrong: string[] = [];
    for (const object of sampleBundle({ change: {} }) as Json[]) {
      const said = await answer(cluster, object);
      if (said !== '') wrong.push(`sound ${objectId(object)}: ${said}`);
    }
    for (const rule of objectRules) {
      const verdict = severityOf(rule) === 'error' ? 'refused: ' : '299';
      for (const sample of rule.bad) {
        for (const [object, pointer] of found(sample)) {
          const said = await answer(cluster, object);
          if (!said.startsWith(verdict) || !said.includes(`[${rule.id}] ${pointer}`)) {
            wrong.push(`${rule.id} ${sample.shows}: ${pointer}: ${said}`);
          }
        }
      }
      for (const sample of rule.good) {
        for (const object of sampleBundle(sample) as Json[]) {
          if (!(objectId(object) in sample.change)) continue;
          const said = await answer(cluster, object);
          if (said !== '') wrong.push(`${rule.id} ${sample.shows}: ${said}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
  });

  test('deny: what preview stops is refused by the API server, and what breaks a rule can still go', async () => {
    assert.match(
      await answer(cluster, foreign),
      /^refused: .*denied request: \[R18\] \/spec\/schema\/prefix/,
    );
    assert.equal(await answer(cluster, { ...sound, metadata: { namespace: 'ai', name: 'other' } }), '');
    await assert.rejects(cluster.merge(sound, { metadata: { labels: { team: 'edge' } } }), /\[R18\]/);
    await cluster.delete(sound);
    await cluster.merge(sound, { metadata: { finalizers: null } });
    await assert.rejects(cluster.read(sound), / 404 /);
  });
});

/** The objects of a bad sample that its rule finds, each with the place. */
function found(sample: (typeof objectRules)[number]['bad'][number]): [Json, string][] {
  const objects = new Map(sampleBundle(sample).map((object): [string, Json] => [objectId(object), object]));
  return sample.finds.map((place) => {
    const [id = '', pointer = ''] = place.split(' ');
    return [objects.get(id), pointer];
  });
}
