import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform, planGpuOperator } from '../../config';
import { assertGolden } from './golden';
import type { Draft } from './papers-document';
import { vksDocument } from './vks-document';

const VGPU = { repository: 'registry.example.com/nvidia', version: '580.95.05', pullSecret: 'vgpu-registry' };

const planOf = (gpuOperator: object | undefined, edit: (document: Draft) => void = () => {}) =>
  planGpuOperator(
    parsePlatform(
      vksDocument((vks, document) => {
        if (gpuOperator !== undefined) vks.gpuOperator = gpuOperator;
        edit(document);
      }),
    ),
  );

function valuesOf(...given: Parameters<typeof planOf>): Draft {
  const plan = planOf(...given);
  assert.ok(plan);
  return plan.values;
}

test('the values with the vGPU guest driver, and with drivers of the node image [gpu-operator-values]', () => {
  assertGolden('gpu-operator', {
    vgpu: valuesOf({ vgpu: VGPU }),
    nodeImage: valuesOf({ nodeImage: {} }),
  });
});

test('the chart is one release of the one that NVIDIA publishes', () => {
  const { chart } = planOf({ nodeImage: {} }) ?? {};
  assert.match(chart?.repository ?? '', /^https:/);
  assert.match(chart?.version ?? '', /^v\d+\.\d+\.\d+$/);
});

test('an operator of somebody else is left alone', () => {
  assert.equal(planOf(undefined), undefined);
});

test('a registry that asks nobody needs no pull secret', () => {
  const { pullSecret: _, ...open } = VGPU;
  assert.deepEqual(valuesOf({ vgpu: open }).driver.imagePullSecrets, []);
});

test('the exporter asks the GPUs as often as it is asked, and a new driver waits for the longest answer', () => {
  const { dcgmExporter, driver } = valuesOf({ vgpu: VGPU }, (document) => {
    document.observability = { scrapeInterval: '5s' };
    document.gateway.requestTimeout = '20m';
  });
  assert.deepEqual(dcgmExporter.env, [{ name: 'DCGM_EXPORTER_INTERVAL', value: '5000' }]);
  assert.ok(driver.upgradePolicy.gpuPodDeletion.timeoutSeconds >= 20 * 60);
});

test('the operator brings no exporter where the platform has its own, or none is wanted', () => {
  for (const dcgmExporter of ['none', { own: {} }]) {
    const { dcgmExporter: values } = valuesOf({ nodeImage: {} }, (document) => {
      document.observability = { dcgmExporter };
    });
    assert.deepEqual(values, { enabled: false });
  }
});
