import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Duration, Memory } from '../../config';
import { LoadJob, type LoadJobProps, Namespace } from '../../constructs';
import { checkManifests } from '../../policies';
import type { Draft } from '../config/papers-document';
import { assertGolden, chart, manifests, mistakesOf, only } from './support';

function rendered(changes: Partial<LoadJobProps> = {}) {
  const scope = chart();
  const job = new LoadJob(scope, 'soak', {
    namespace: new Namespace(scope, 'load'),
    image: 'registry.example.com/vcf-ai-platform:1.0.0',
    claim: 'load',
    target: 'http://ai-gateway.example.com',
    parts: 8,
    ...changes,
  });
  return { job, objects: manifests(scope) };
}

test('a load of many pods, each with its part, which every schema and rule lets pass [load-job]', () => {
  const { objects } = rendered({
    ...{ workers: 2, memory: Memory.gibibytes(2), timeScale: 4, deadline: Duration.minutes(720) },
    authorization: { secret: 'load-key', key: 'header' },
  });
  assertGolden('load-job', objects);
  assert.deepEqual(checkManifests(objects), []);
});

test('all pods run at once, and none is replaced', () => {
  const { spec } = only(rendered().objects, 'Job') as Draft;
  assert.deepEqual(
    [spec.completionMode, spec.completions, spec.parallelism, spec.backoffLimitPerIndex],
    ['Indexed', 8, 8, 0],
  );
  assert.equal(spec.template.spec.restartPolicy, 'Never');
  const [{ args }] = spec.template.spec.containers;
  assert.deepEqual(args.slice(args.indexOf('--part'), args.indexOf('--part') + 2), [
    '--part',
    '$(JOB_COMPLETION_INDEX)/8',
  ]);
});

test('refuses numbers of pods and threads that are none, all at once', () => {
  assert.deepEqual(
    mistakesOf(() => rendered({ parts: 0, workers: 1.5 })).map(({ path, fix }) => [path, fix]),
    [
      ['test/soak.parts', 'use a whole number from 1 to 1000'],
      ['test/soak.workers', 'use a whole number from 1 to 64'],
    ],
  );
});
