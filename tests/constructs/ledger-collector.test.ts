import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App } from 'cdk8s';
import { parsePlatform } from '../../config';
import { type AiGatewayProps, platformCharts } from '../../constructs';
import { checkManifests } from '../../policies';
import { type Draft, papersDocument } from '../config/papers-document';
import { assertGolden, chart, gatewayIn, manifests, only, SECRETS } from './support';

const IMAGE = 'registry.example.com/vcf-ai-platform:1.0.0';
const DATABASE = 'postgres://ledger:secret@db.example.com:5432/ledger';

function rendered(ledger: object, settings: object = {}) {
  const platform = parsePlatform(
    papersDocument((document: Draft) => {
      document.cluster = { existing: { context: 'prod' } };
      document.gateway = { ...settings, ledger: { image: IMAGE, ...ledger } };
    }),
  );
  const secrets = { ...SECRETS, 'ledger-database': DATABASE, 'ledger-registry': '{"auths":{}}' };
  return manifests(platformCharts(new App(), platform, { secrets }).gateway);
}

const specOf = (objects: ReturnType<typeof rendered>): Draft => (only(objects, 'EnvoyProxy') as Draft).spec;
const podOf = (spec: Draft): Draft => spec.provider.kubernetes.envoyDeployment;
const filesOf = (spec: Draft) =>
  spec.telemetry.accessLog.settings?.flatMap(({ sinks }: Draft) => sinks.map(({ file }: Draft) => file.path));

test('a collector beside each Envoy, which every schema and rule lets pass [ledger-collector]', () => {
  const objects = rendered({ pullSecret: 'ledger-registry', buffer: '20Gi' });
  const secrets = objects.filter(
    ({ kind, metadata }) => kind === 'Secret' && metadata.name.startsWith('ai-gateway-ledger'),
  );
  assertGolden('ledger-collector', [...secrets, only(objects, 'EnvoyProxy')]);
  assert.deepEqual(
    checkManifests(objects).filter(({ severity }) => severity === 'error'),
    [],
  );
});

test('it reads the folder that Envoy writes into, and renames what Envoy opens again', () => {
  const spec = specOf(rendered({}));
  const { container, initContainers, pod } = podOf(spec);
  const [{ args, volumeMounts, restartPolicy }] = initContainers;
  // A container before Envoy that goes on: Kubernetes ends it after Envoy.
  assert.equal(restartPolicy, 'Always');
  assert.deepEqual(container.volumeMounts, volumeMounts);
  assert.deepEqual(
    pod.volumes.map(({ name }: Draft) => name),
    volumeMounts.map(({ name }: Draft) => name),
  );
  const [file] = args.filter((argument: string) => argument.startsWith('/'));
  assert.ok(filesOf(spec).includes(file));
  assert.ok(file.startsWith(`${volumeMounts[0].mountPath}/`));
  assert.ok(args.includes('--follow') && args.includes('--retry') && args.includes('--reopen'));
  assert.deepEqual(spec.extraArgs, ['--file-flush-interval-msec', '100']);
});

test('standard output has the log too, unless it is switched off', () => {
  assert.equal(filesOf(specOf(rendered({}))).length, 2);
  assert.equal(filesOf(specOf(rendered({}, { accessLog: false }))).length, 1);
  const scope = chart();
  gatewayIn(scope, { accessLog: false } satisfies Partial<AiGatewayProps>);
  assert.deepEqual(specOf(manifests(scope)).telemetry.accessLog, { disable: true });
});

test('the address of the database is in a Secret alone', () => {
  const objects = rendered({});
  const holders = objects.filter((object) => JSON.stringify(object).includes('db.example.com'));
  assert.deepEqual(
    holders.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`),
    ['Secret envoy-gateway-system/ai-gateway-ledger'],
  );
});
