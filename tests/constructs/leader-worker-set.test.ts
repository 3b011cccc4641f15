import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Duration, Memory } from '../../config';
import { Namespace, VllmServer, type VllmServerProps } from '../../constructs';
import { assertGolden, chart, field, manifests, mistakesOf, only } from './support';

/** What is rendered for a replica over several nodes, which has no Deployment. */
function renderGroup(changes: Partial<VllmServerProps> = {}) {
  const scope = chart();
  new VllmServer(scope, 'qwen3-235b', {
    namespace: new Namespace(scope, 'namespace', { name: 'ai-serving' }),
    model: 'Qwen/Qwen3-235B-A22B',
    tensorParallelSize: 8,
    pipelineParallelSize: 2,
    gpusPerNode: 8,
    maxModelLen: 32768,
    startupBudget: Duration.minutes(45),
    drain: Duration.minutes(10),
    weights: { kind: 'pvc', accessMode: 'ReadWriteMany', size: Memory.gibibytes(600) },
    ...changes,
  });
  return manifests(scope);
}

describe('a replica with more GPUs than a node', () => {
  test('is a group of pods, and the Service goes to the first of each', () => {
    assertGolden('vllm-group', renderGroup({ replicas: 2 }));
  });

  test('has the same command on every node but for the API', () => {
    const set = only(renderGroup(), 'LeaderWorkerSet');
    const args = (template: string) =>
      field(set, `spec.leaderWorkerTemplate.${template}.spec.containers.0.args`) as string[];
    assert.deepEqual(args('workerTemplate'), [...args('leaderTemplate'), '--headless']);
    for (const flag of [
      '--nnodes=2',
      '--node-rank=$(LWS_WORKER_INDEX)',
      '--master-addr=$(LWS_LEADER_ADDRESS)',
    ]) {
      assert.ok(args('leaderTemplate').includes(flag), flag);
    }
  });

  test('keeps its workers until the leader has finished', () => {
    const template = field(only(renderGroup(), 'LeaderWorkerSet'), 'spec.leaderWorkerTemplate');
    const pause = (which: string) =>
      Number(field(template, `${which}.spec.containers.0.lifecycle.preStop.sleep.seconds`));
    assert.equal(pause('workerTemplate'), pause('leaderTemplate') + 600);
  });

  test('talks to itself on every port, and an autoscaler counts groups', () => {
    const prometheus = 'http://prometheus.ai-observability:9090';
    const cooldown = Duration.minutes(10);
    const objects = renderGroup({ autoscale: { maxReplicas: 3, waitingRequests: 5, prometheus, cooldown } });
    const own = field(only(objects, 'NetworkPolicy'), 'spec.ingress.2');
    assert.equal(field(own, 'ports'), undefined);
    assert.equal(field(only(objects, 'ScaledObject'), 'spec.scaleTargetRef.kind'), 'LeaderWorkerSet');
  });

  test('refuses GPUs that do not fill nodes', () => {
    const [mistake] = mistakesOf(() => renderGroup({ gpusPerNode: 6 }));
    assert.match(mistake?.problem ?? '', /16 GPUs of one replica do not fill nodes of 6/);
  });
});
