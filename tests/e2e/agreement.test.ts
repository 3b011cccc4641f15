import assert from 'node:assert/strict';
import { before, describe, type TestContext, test } from 'node:test';
import { objectId } from '../../base/manifest';
import { synthesize } from '../../cli/synth';
import type { Manifest } from '../../policies';
import { Definitions } from '../../policies/definitions';
import { admit } from '../../policies/schema';
import { exampleFolder, exampleNames } from '../examples';
import { FIELD_SAMPLES, REFUSED_FOR_REAL, RULE_SAMPLES, SOUND } from '../policies/core-samples';
import { Cluster } from './cluster';
import { DISAGREEMENTS, type Disagreement } from './disagreements';
import { mutated } from './object-mutations';
import { beginControlPlane, shared, withDefinitions } from './shared';
import { celFixtures, type Specimen, upstreamExamples } from './upstream-files';

const NAMESPACE = 'agreement';
const SEED = 20251122;
const MUTATIONS = 500;
const AT_ONCE = 4;

/** What the API server and we say of one object: why it is refused; empty for a good one. */
interface Verdicts {
  readonly specimen: Specimen;
  readonly server: string;
  readonly ours: string;
}

describe('the API server and the schemas say the same of an object', () => {
  const met = new Set<Disagreement>();
  let cluster: Cluster;

  before(async () => {
    await beginControlPlane();
    cluster = new Cluster(shared.state);
    const metadata = { name: NAMESPACE };
    await cluster.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
    await withDefinitions(cluster);
  });

  /** Prints the rate, and fails for what differs without a reason. */
  async function agree(context: TestContext, specimens: readonly Specimen[]): Promise<void> {
    const placed = await Promise.all(specimens.map((specimen) => inNamespace(cluster, specimen)));
    const definitions = new Definitions(placed.map(({ object }) => object));
    const judged: Verdicts[] = [];
    for (let at = 0; at < placed.length; at += AT_ONCE) {
      const some = placed.slice(at, at + AT_ONCE);
      judged.push(...(await Promise.all(some.map((specimen) => verdicts(cluster, definitions, specimen)))));
    }
    const differing = judged.filter(({ server, ours }) => (server === '') !== (ours === ''));
    const refused = judged.filter(({ server }) => server !== '').length;
    const same = judged.length - differing.length;
    const rate = ((100 * same) / judged.length).toFixed(1);
    context.diagnostic(`${same} of ${judged.length} agree (${rate} %); the API server refuses ${refused}`);
    const unexplained = differing.filter((one) => {
      const known = DISAGREEMENTS.find(
        ({ change, server }) => change.test(one.specimen.from) && server.test(one.server),
      );
      if (known) met.add(known);
      return known === undefined;
    });
    assert.deepEqual(unexplained.map(told), []);
  }

  test("the fixtures of the AI Gateway's own CEL tests", (context) => agree(context, celFixtures()));

  test('every object in the examples of the Envoy Gateway and the AI Gateway', (context) =>
    agree(context, upstreamExamples()));

  test('every object of the examples here, and all are accepted', async (context) => {
    const objects = exampleObjects();
    await agree(
      context,
      objects.map((object) => ({ from: objectId(object), object })),
    );
  });

  test('sound objects of built-in kinds, and what breaks each check of them that is written by hand', (context) =>
    agree(context, [
      ...Object.entries(SOUND).map(([name, object]) => ({ from: `a sound ${name}`, object })),
      ...[...FIELD_SAMPLES, ...RULE_SAMPLES]
        .filter(({ definition, shows }) => !REFUSED_FOR_REAL.has(`${definition} ${shows}`))
        .map(({ definition, shows, object }) => ({ from: `${definition}, ${shows}`, object })),
    ]));

  test(`${MUTATIONS} of these objects with one change each`, (context) =>
    agree(context, mutated(exampleObjects(), MUTATIONS, SEED)));

  test('no reason for a disagreement is left over', () => {
    assert.deepEqual([...met], DISAGREEMENTS);
  });
});

/** A few objects of each kind that the examples deploy; of a thousand workloads most are alike. */
function exampleObjects(): Manifest[] {
  const ofKind = new Map<string, number>();
  return exampleNames
    .filter((name) => name !== 'thousand-workloads')
    .flatMap((name) => synthesize('local', exampleFolder(name)))
    .filter(({ layer }) => layer !== 'crds')
    .map(({ manifest }) => manifest)
    .filter(({ kind }) => {
      const before = ofKind.get(kind) ?? 0;
      ofKind.set(kind, before + 1);
      return before < 6;
    });
}

/** The object in the one namespace that is there: a dry run makes none. */
async function inNamespace(cluster: Cluster, { from, object }: Specimen): Promise<Specimen> {
  if (!(await cluster.isNamespaced(object))) return { from, object };
  return { from, object: { ...object, metadata: { ...object.metadata, namespace: NAMESPACE } } };
}

async function verdicts(cluster: Cluster, definitions: Definitions, specimen: Specimen): Promise<Verdicts> {
  const { object } = specimen;
  const ours = admit(object, definitions)
    .findings.map(({ pointer, problem }) => `${pointer}: ${problem}`)
    .join('; ');
  return { specimen, ours, server: await refusal(cluster, object) };
}

/** Why the API server refuses to create an object or to apply it; empty when it would do both. */
async function refusal(cluster: Cluster, object: Manifest): Promise<string> {
  if ((await cluster.isNamespaced(object)) === undefined) return 'no such kind';
  const named = object as Parameters<Cluster['dryRun']>[0];
  try {
    await cluster.dryRunCreate(named).catch(exists);
    await cluster.dryRun(named);
    return '';
  } catch (error) {
    const [, , body = ''] = /: (\d{3}) (\{.*)$/s.exec((error as Error).message) ?? [];
    if (body === '') throw error;
    return JSON.parse(body).message;
  }
}

/** The namespace `default` is there, whoever creates it again. */
function exists(error: Error): void {
  if (!error.message.includes(': 409 ')) throw error;
}

function told({ specimen: { from, object }, server, ours }: Verdicts): string {
  return `${objectId(object)}, ${from}: ${server === '' ? `only we refuse it: ${ours}` : `only the API server refuses it: ${server}`}`;
}
