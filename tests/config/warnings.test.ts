import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform, warnings } from '../../config';
import { type Draft, papersDocument } from './papers-document';

const NAME = 'gpt-oss-120b';
const REVISION = '0'.repeat(40);

/** Warnings of the paper's platform in a cluster, as `path below the model: problem`. */
function warned(vllm: object, edit: (document: Draft) => void = () => {}): string[] {
  const platform = parsePlatform(
    papersDocument((document) => {
      document.cluster = { existing: { context: 'prod' } };
      document.models[NAME] = { vllm: { revision: REVISION, ...vllm } };
      edit(document);
    }),
  );
  return warnings(platform).map(({ path, problem, fix }) => `${path} ${problem} (${fix})`);
}

function warns(vllm: object, field: string, ...said: readonly RegExp[]): void {
  const [warning, ...others] = warned(vllm);
  assert.deepEqual(others, []);
  assert.ok(warning?.startsWith(`models.${NAME}.vllm.${field} `), warning);
  for (const pattern of said) assert.match(warning ?? '', pattern);
}

test('nothing is warned of in an ordinary platform, nor in the embedded datacenter', () => {
  assert.deepEqual(warned({}), []);
  assert.deepEqual(warnings(parsePlatform(papersDocument())), []);
});

test('warns of requests that push each other out, with a number that does not', () => {
  warns(
    { expectedTokens: 131072 },
    'maxNumSeqs',
    /256 parallel requests of 131072 tokens need more than 90 % of the KV cache/,
    /use 37 or less/,
  );
  assert.deepEqual(warned({ expectedTokens: 131072, maxNumSeqs: 37 }), []);
});

test('many requests at once cost less than half a GiB, and are nobody’s fault', () => {
  assert.deepEqual(warned({ maxNumSeqs: 1024 }), []);
});

test('warns of what fits only if vLLM takes no more than it takes elsewhere', () => {
  warns(
    { tensorParallelSize: 1 },
    'maxModelLen',
    /whether one request of 131072 tokens fits depends on .*: of 6\.6 GiB from 1\.3 to 4\.5/,
    /set overheadMemory/,
  );
  assert.deepEqual(warned({ tensorParallelSize: 1, maxModelLen: 32_768 }), []);
});

test('warns of nearly all of each GPU', () => {
  warns({ gpuMemoryUtilization: 0.97 }, 'gpuMemoryUtilization', /leaves little to the driver/);
});

test('two GPUs with a bridge are linked, and four are not', () => {
  assert.deepEqual(warned({ gpu: 'h100-nvl-94gb', tensorParallelSize: 2 }), []);
  warns({ gpu: 'h100-nvl-94gb' }, 'tensorParallelSize', /h100-nvl-94gb has no NVLink between all GPUs/);
});

test('warns of two nearly full GPUs', () => {
  warns({ tensorParallelSize: 2, gpuMemoryUtilization: 0.94 }, 'gpuMemoryUtilization', /0\.94 of two GPUs/);
});

test('warns of GPUs without links', () => {
  warns({ gpu: 'h100-pcie-80gb' }, 'tensorParallelSize', /exchange the results of every layer over PCIe/);
});

test('warns of flags that the memory plan does not know', () => {
  warns(
    { extraArgs: { 'enable-expert-parallel': true } },
    'extraArgs.enable-expert-parallel',
    /overheadMemory/,
  );
});

test('warns of a download at every start', () => {
  warns({ weights: { hub: {} } }, 'weights.hub', /every pod downloads the weights/, /use weights\.pvc/);
});

test('warns of weights that can change', () => {
  warns({ revision: undefined }, 'revision', /two downloads may differ/);
});

test('warns of a model that the hub does not give to everybody', () => {
  warns({ model: 'meta-llama/Llama-3.3-70B-Instruct' }, 'hubTokenSecret', /accepted the licence of/);
});

test('warns of draining that is shorter than the longest answer', () => {
  warns({ drain: '30s' }, 'drain', /30s is shorter than gateway\.requestTimeout 600s/);
});

test('warns of a model whose memory nobody has planned', () => {
  warns(
    { model: 'org/model', maxModelLen: 8192, weights: { pvc: { size: '80Gi' } } },
    'architecture',
    /whether the model fits its GPUs was not checked/,
  );
});

test('warns of texts that are longer than a batch of embeddings', () => {
  const said = (model: string) =>
    warnings(
      parsePlatform(
        papersDocument((document) => {
          document.workloads.embed = { model: 'embed' };
          document.models.embed = { tei: { model, revision: 'b5c939de8f754692c1647ca79fbf85e8c1e70f8a' } };
        }),
      ),
    ).map(({ path }) => path);
  assert.deepEqual(said('Qwen/Qwen3-Embedding-0.6B'), ['models.embed.tei.model']);
  assert.deepEqual(said('BAAI/bge-m3'), []);
});

test('refuses a startup budget that no server of the model can keep', () => {
  assert.throws(
    () => warned({ startupBudget: '1m', weights: { hub: {} } }),
    /startupBudget: 1m is over before any server downloads and loads 60\.8 GiB of weights/,
  );
  assert.throws(() => warned({ startupBudget: '30s' }), /30s is over before any server loads 60\.8 GiB/);
});

test('a startup budget that can be kept is nobody’s fault', () => {
  assert.deepEqual(warned({ startupBudget: '1m' }), []);
  assert.deepEqual(warned({ startupBudget: '25s', extraArgs: { 'enforce-eager': true } }), []);
});
