import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { dump } from 'js-yaml';
import {
  Cpu,
  Duration,
  Memory,
  type Mistake,
  PlatformError,
  parsePlatform,
  planRoutes,
  type RoutePlan,
  type Workload,
} from '../../config';
import {
  AiGateway,
  type AiGatewayProps,
  type Manifest,
  ModelBackend,
  type ModelBackendProps,
  manifestsOf,
  Namespace,
  platformCharts,
  WorkloadRoute,
} from '../../constructs';
import { papersDocument } from '../config/papers-document';

export const SECRETS = { 'gemini-api-key': 'the-providers-key' };

/** Charts of a document, the paper's by default, in a new app. */
export function charts(document: unknown = papersDocument()) {
  return platformCharts(new App(), parsePlatform(document), { secrets: SECRETS });
}

/** Every object of a platform but the CRDs, in order. */
export function platformManifests(document: unknown = papersDocument()): Manifest[] {
  const { controllers, serving, observability, gateway } = charts(document);
  return [controllers, serving, observability, gateway].flatMap(manifests);
}

/** Objects of a chart in order. */
export function manifests(chart: Chart): Manifest[] {
  return manifestsOf(chart).map(({ manifest }) => manifest);
}

/** A chart of its own for a component under test. */
export function chart(): Chart {
  return new Chart(new App(), 'test', { disableResourceNameHashes: true });
}

/** The gateway of the paper's document, with changes. */
export function gatewayIn(scope: Chart, changes: Partial<AiGatewayProps> = {}): AiGateway {
  return new AiGateway(scope, 'ai-gateway', {
    namespace: new Namespace(scope, 'namespace', { name: 'ai-gateway' }),
    cpu: Cpu.cores(2),
    memory: Memory.gibibytes(4),
    replicas: 1,
    bufferLimit: Memory.mebibytes(50),
    port: 10080,
    requestTimeout: Duration.minutes(10),
    ...changes,
  });
}

/** A backend beside the gateway, for a model server inside the cluster. */
export function backendIn(
  scope: Chart,
  namespace: Namespace,
  changes: Partial<ModelBackendProps> = {},
): ModelBackend {
  const endpoint = {
    hostname: 'gpt-oss.ai-serving.svc.cluster.local',
    port: 8000,
    tls: false,
    schema: { name: 'OpenAI' as const, prefix: '/v1' },
  };
  return new ModelBackend(scope, 'gpt-oss', { namespace, endpoint, model: 'gpt-oss', ...changes });
}

/** The plan of one workload that calls one model, with changes. */
export function planIn(changes: Partial<Workload> = {}, replicas = 1): RoutePlan {
  const workload: Workload = {
    name: 'batch',
    match: { app: 'batch' },
    routes: [{ target: { arms: [{ model: 'gpt-oss', weight: 1 }], fallback: [] } }],
    limits: { shadow: false },
    ...changes,
  };
  const retry = { attempts: 2, perTryTimeout: Duration.minutes(2) };
  const [plan] = planRoutes({ workloads: [workload], models: [], gateway: { replicas, retry } });
  return plan as RoutePlan;
}

/** A route with everything it needs. */
export function routeIn(
  scope: Chart,
  changes: Partial<AiGatewayProps> = {},
  plan: RoutePlan = planIn(),
): WorkloadRoute {
  const gateway = gatewayIn(scope, changes);
  const backends = new Map([['gpt-oss', backendIn(scope, gateway.namespace)]]);
  return new WorkloadRoute(scope, 'batch', { gateway, plan, backends });
}

/** The only object of a kind. */
export function only(objects: readonly Manifest[], kind: string): Manifest {
  const found = objects.filter((object) => object.kind === kind);
  assert.equal(found.length, 1, `${found.length} objects of kind ${kind}`);
  return found[0] as Manifest;
}

/** A field of an object by its path, such as `spec.rules.0.timeouts`. */
export function field(object: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}

/** The mistakes with which something is refused. */
export function mistakesOf(act: () => unknown): readonly Mistake[] {
  try {
    act();
  } catch (error) {
    if (error instanceof PlatformError) return error.mistakes;
    throw error;
  }
  return assert.fail('nothing was refused');
}

/**
 * Compares objects with `tests/golden/<name>.yaml`, byte for byte. After a wanted change run the tests with
 * UPDATE_GOLDEN=1, which writes the files, and read the difference.
 */
export function assertGolden(name: string, objects: readonly Manifest[]): void {
  const file = join(__dirname, '..', 'golden', `${name}.yaml`);
  const text = objects.map((object) => dump(object, { noRefs: true, lineWidth: -1 })).join('---\n');
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  assert.ok(existsSync(file), `${file} is missing: UPDATE_GOLDEN=1 writes it`);
  assert.equal(text, readFileSync(file, 'utf8'));
}
