import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import Ajv from 'ajv';
import ts from 'typescript';
import {
  type AIGatewayRoute,
  type BackendTrafficPolicy,
  type ClientTrafficPolicy,
  crdManifests,
  type GatewayClass,
  type KindName,
  type Kinds,
  kinds,
} from '../../constructs/crds';

const ROOT = resolve(__dirname, '..', '..');
const CRDS = join(ROOT, 'constructs', 'crds');

function generate(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, ['--import', 'tsx', 'scripts/generate-crds.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
}

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'crds-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('the pinned modules still generate the same bytes', () => {
  const { status, stderr } = generate(['--check']);
  assert.equal(stderr, '');
  assert.equal(status, 0);
});

test('refuses to check without a go command, instead of passing', () => {
  const { status, stderr } = generate(['--check'], { VCF_AI_GO: join(ROOT, 'no-such-go') });
  assert.match(stderr, /cannot start .*no-such-go.*VCF_AI_GO/);
  assert.equal(status, 2);
});

test('the check names every file that is edited, missing or left over, and generating repairs them', (t) => {
  const out = temporaryFolder(t);
  for (const folder of ['types', 'schemas', 'checked'])
    cpSync(join(CRDS, folder), join(out, folder), { recursive: true });
  writeFileSync(join(out, 'types', 'shared.ts'), 'export type Anything = unknown;\n');
  rmSync(join(out, 'schemas', kinds.Gateway.schemaFile));
  writeFileSync(join(out, 'schemas', 'widgets.example.com.json'), '{}\n');

  const { status, stderr } = generate(['--check', '--out', out]);
  assert.equal(status, 1);
  assert.deepEqual(stderr.split('\n').slice(0, 3), [
    'schemas/gateways.gateway.networking.k8s.io.json is missing',
    'schemas/widgets.example.com.json is not generated any more',
    'types/shared.ts differs from what is generated',
  ]);
  assert.equal(generate(['--out', out]).status, 0);
  assert.equal(generate(['--check', '--out', out]).status, 0);
});

test('every kind is typed at the version that the API server stores', () => {
  const versions: Partial<Record<KindName, string>> = {
    AIGatewayRoute: 'aigateway.envoyproxy.io/v1beta1',
    QuotaPolicy: 'aigateway.envoyproxy.io/v1alpha1',
    Backend: 'gateway.envoyproxy.io/v1alpha1',
    HTTPRoute: 'gateway.networking.k8s.io/v1',
    PodMonitor: 'monitoring.coreos.com/v1',
  };
  for (const [kind, apiVersion] of Object.entries(versions)) {
    assert.equal(kinds[kind as KindName].apiVersion, apiVersion);
  }
  for (const [kind, { apiVersion, plural, scope, namespaced, schemaFile }] of Object.entries(kinds)) {
    const { spec } = readSchema(schemaFile);
    const stored = spec.versions.filter(({ storage }) => storage).map(({ name }) => `${spec.group}/${name}`);
    assert.deepEqual(stored, [apiVersion]);
    assert.deepEqual([spec.names.kind, spec.names.plural, spec.scope], [kind, plural, scope]);
    assert.equal(namespaced, scope === 'Namespaced');
  }
  assert.equal(kinds.GatewayClass.scope, 'Cluster');
});

test('definitions can be installed: no status, no descriptions, approvals kept', () => {
  const files = readdirSync(join(CRDS, 'schemas'));
  assert.equal(files.length, Object.keys(kinds).length);
  for (const file of files) {
    const manifest = readSchema(file);
    assert.equal('status' in manifest, false, file);
    assert.equal(manifest.kind, 'CustomResourceDefinition');
    for (const { schema } of manifest.spec.versions) {
      assert.equal(JSON.stringify(schema).includes('"description":"'), false, file);
    }
    const { annotations = {} } = manifest.metadata;
    assert.match(annotations['vcf-ai-platform/source'] ?? '', /^[\w./-]+@v[\w.-]+\/.+\.yaml$/);
    assert.match(annotations['vcf-ai-platform/source-sha256'] ?? '', /^[0-9a-f]{64}$/);
    // The API server does not serve a group below k8s.io without it.
    assert.equal('api-approved.kubernetes.io' in annotations, manifest.spec.group.endsWith('.k8s.io'), file);
    // The API server's limit for annotations, where a client-side apply keeps the whole manifest.
    assert.ok(JSON.stringify(manifest).length < 256 * 1024, file);
  }
});

test('definitions keep validations, older versions, and a property that is called description', () => {
  const [route] = readSchema(kinds.AIGatewayRoute.schemaFile).spec.versions;
  assert.deepEqual([route?.name, route?.served, route?.storage], ['v1alpha1', true, false]);
  const text = readFileSync(join(CRDS, 'schemas', kinds.AIGatewayRoute.schemaFile), 'utf8');
  assert.match(text, /"x-kubernetes-validations"/);
  const [gatewayClass] = readSchema(kinds.GatewayClass.schemaFile).spec.versions;
  const spec = gatewayClass?.schema.openAPIV3Schema.properties?.spec;
  assert.deepEqual(spec?.properties?.description, { maxLength: 64, type: 'string' });
});

test('crdManifests returns the definitions of the wanted groups, by name', () => {
  const names = (groups?: readonly string[]) => crdManifests(groups).map(({ metadata }) => metadata.name);
  assert.deepEqual(names(['inference.networking.k8s.io', 'monitoring.coreos.com']), [
    'alertmanagers.monitoring.coreos.com',
    'inferencepools.inference.networking.k8s.io',
    'podmonitors.monitoring.coreos.com',
    'prometheuses.monitoring.coreos.com',
    'prometheusrules.monitoring.coreos.com',
  ]);
  assert.deepEqual(names([]), []);
  assert.equal(names().length, Object.keys(kinds).length);
});

test('refuses a group without definitions', () => {
  assert.throws(
    () => crdManifests(['gateway.envoyproxy.io', 'example.com']),
    /unknown definitions example\.com; known are/,
  );
});

const route: AIGatewayRoute = {
  apiVersion: 'aigateway.envoyproxy.io/v1beta1',
  kind: 'AIGatewayRoute',
  metadata: { name: 'toolbench-agent', namespace: 'ai-gateway', labels: { team: 'agents' } },
  spec: {
    parentRefs: [{ name: 'ai-gateway', kind: 'Gateway', group: 'gateway.networking.k8s.io' }],
    rules: [
      {
        matches: [{ headers: [{ type: 'Exact', name: 'x-workload-app', value: 'toolbench-agent' }] }],
        backendRefs: [{ name: 'gemini-flash', modelNameOverride: 'gemini-2.5-flash' }],
        timeouts: { request: '600s' },
      },
    ],
    llmRequestCosts: [{ metadataKey: 'llm_total_token', type: 'TotalToken' }],
  },
};

const trafficPolicy: BackendTrafficPolicy = {
  apiVersion: 'gateway.envoyproxy.io/v1alpha1',
  kind: 'BackendTrafficPolicy',
  metadata: { name: 'terminal-bench-ci', namespace: 'ai-gateway' },
  spec: {
    targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'terminal-bench-ci' }],
    rateLimit: {
      global: {
        rules: [
          {
            clientSelectors: [
              { headers: [{ name: 'x-workload-app', type: 'Exact', value: 'terminal-bench-ci' }] },
            ],
            limit: { requests: 2000000, unit: 'Hour' },
            cost: {
              request: { from: 'Number', number: 0 },
              response: {
                from: 'Metadata',
                metadata: { namespace: 'io.envoy.ai_gateway', key: 'llm_total_token' },
              },
            },
          },
        ],
      },
    },
    // An int-or-string: both forms are fine.
    connection: { bufferLimit: '50Mi', socketBufferLimit: 32768 },
  },
};

const clientPolicy: ClientTrafficPolicy = {
  apiVersion: 'gateway.envoyproxy.io/v1alpha1',
  kind: 'ClientTrafficPolicy',
  metadata: { name: 'ai-gateway', namespace: 'ai-gateway' },
  spec: {
    targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'ai-gateway' }],
    connection: { bufferLimit: '50Mi' },
    headers: { requestID: 'Generate' },
  },
};

test('objects that the types accept pass the schemas of the definitions', () => {
  for (const object of [route, trafficPolicy, clientPolicy]) {
    const validate = validatorOf(object.kind);
    assert.equal(validate(object), true, JSON.stringify(validate.errors));
    assert.equal(validate({ ...object, spec: { ...object.spec, targetRefs: 'x', parentRefs: 'x' } }), false);
  }
});

test('the types refuse what the schemas refuse', () => {
  const unknownField: NonNullable<BackendTrafficPolicy['spec']> = {
    // @ts-expect-error: the field is called rateLimit
    rateLimits: {},
  };
  // @ts-expect-error: v1alpha1 is served, not stored
  const oldVersion: AIGatewayRoute['apiVersion'] = 'aigateway.envoyproxy.io/v1alpha1';
  const wrongUnit: NonNullable<BackendTrafficPolicy['spec']> = {
    // @ts-expect-error: units are capitalized
    rateLimit: { global: { rules: [{ limit: { requests: 1, unit: 'hour' } }] } },
  };
  // @ts-expect-error: a route needs rules
  const noRules: NonNullable<AIGatewayRoute['spec']> = { parentRefs: [{ name: 'ai-gateway' }] };
  // @ts-expect-error: a GatewayClass belongs to no namespace
  const inNamespace: GatewayClass['metadata'] = { name: 'ai-gateway', namespace: 'ai-gateway' };
  // @ts-expect-error: status is for the controllers to write
  const status: keyof Kinds['Gateway'] = 'status';

  const wrong = { AIGatewayRoute: [{ spec: noRules }], BackendTrafficPolicy: [{ spec: wrongUnit }] };
  for (const [kind, objects] of Object.entries(wrong)) {
    const validate = validatorOf(kind as KindName);
    for (const object of objects) assert.equal(validate(object), false);
  }
  const lines = [unknownField, oldVersion, wrongUnit, noRules, inNamespace, status];
  assert.deepEqual(diagnosticsOf(__filename), [], `all ${lines.length} errors are expected by TypeScript`);
});

test('no type is named after its whole path', () => {
  for (const file of readdirSync(join(CRDS, 'types'))) {
    const text = readFileSync(join(CRDS, 'types', file), 'utf8');
    for (const [, name = ''] of text.matchAll(/^export interface (\w+)/gm))
      assert.ok(name.length <= 60, name);
  }
});

type Definition = ReturnType<typeof crdManifests>[number];
interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}
interface ParsedDefinition extends Definition {
  readonly spec: Definition['spec'] & {
    readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: JsonSchema } }[];
  };
}

function readSchema(file: string): ParsedDefinition {
  return JSON.parse(readFileSync(join(CRDS, 'schemas', file), 'utf8'));
}

function validatorOf(kind: KindName) {
  const stored = readSchema(kinds[kind].schemaFile).spec.versions.find(({ storage }) => storage);
  assert.ok(stored);
  return new Ajv({ strict: false, validateFormats: false }).compile(stored.schema.openAPIV3Schema);
}

function diagnosticsOf(file: string): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const program = ts.createProgram([file], options);
  return program
    .getSemanticDiagnostics(program.getSourceFile(file))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
