import assert from 'node:assert/strict';
import {
  type GpuMemoryRefusal,
  type GpuMemorySettings,
  knownArchitecture,
  type ModelArchitecture,
  refuseGpuMemory,
} from '../../config';

export function known(hubId: string): ModelArchitecture {
  const architecture = knownArchitecture(hubId);
  assert.ok(architecture, hubId);
  return architecture;
}

/** gpt-oss-120b on four H100s of one node, with the platform's defaults. */
export function settings(changes: Partial<GpuMemorySettings> = {}): GpuMemorySettings {
  return {
    architecture: known('openai/gpt-oss-120b'),
    gpu: 'h100-sxm-80gb',
    gpusPerNode: 4,
    tensorParallelSize: 4,
    pipelineParallelSize: 1,
    maxModelLen: 131_072,
    maxNumSeqs: 256,
    maxNumBatchedTokens: 8192,
    gpuMemoryUtilization: 0.9,
    kvCacheDtype: 'auto',
    ...changes,
  };
}

/** A model of the hub with its longest context. */
export function settingsOf(hubId: string, changes: Partial<GpuMemorySettings> = {}): GpuMemorySettings {
  const architecture = known(hubId);
  return settings({ architecture, maxModelLen: architecture.maxModelLen, ...changes });
}

/** Checks that settings are refused with one refusal, and that its suggestion is accepted. */
export function refuses(
  refused: GpuMemorySettings,
  field: string,
  ...said: readonly RegExp[]
): GpuMemoryRefusal {
  const [refusal, ...others] = refuseGpuMemory(refused);
  assert.ok(refusal, 'nothing was refused');
  assert.deepEqual(others, []);
  assert.equal(refusal.field, field);
  for (const pattern of said) assert.match(`${refusal.problem} (${refusal.fix})`, pattern);
  if (refusal.suggestion) {
    assert.deepEqual(refuseGpuMemory({ ...refused, ...refusal.suggestion }), []);
  }
  return refusal;
}
