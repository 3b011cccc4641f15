import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { architectureFromConfig, knownArchitecture } from '../../config';
import { mistakesOf } from './refused';

/** Fields of the hub's own files, as far as memory follows from them. */
const GPT_OSS_120B = {
  model_type: 'gpt_oss',
  hidden_size: 2880,
  intermediate_size: 2880,
  num_hidden_layers: 36,
  num_local_experts: 128,
  num_attention_heads: 64,
  num_key_value_heads: 8,
  head_dim: 64,
  sliding_window: 128,
  layer_types: Array.from<unknown, string>({ length: 36 }, (_, i) =>
    i % 2 === 0 ? 'sliding_attention' : 'full_attention',
  ),
  max_position_embeddings: 131072,
  tie_word_embeddings: false,
  vocab_size: 201088,
  quantization_config: { quant_method: 'mxfp4', modules_to_not_convert: ['lm_head'] },
};

const QWEN3_32B = {
  model_type: 'qwen3',
  head_dim: 128,
  hidden_size: 5120,
  intermediate_size: 25600,
  max_position_embeddings: 40960,
  num_attention_heads: 64,
  num_hidden_layers: 64,
  num_key_value_heads: 8,
  sliding_window: null,
  tie_word_embeddings: false,
  use_sliding_window: false,
  vocab_size: 151936,
};

const QWEN3_235B_FP8 = {
  ...QWEN3_32B,
  model_type: 'qwen3_moe',
  decoder_sparse_step: 1,
  hidden_size: 4096,
  intermediate_size: 12288,
  mlp_only_layers: [],
  moe_intermediate_size: 1536,
  num_experts: 128,
  num_hidden_layers: 94,
  num_key_value_heads: 4,
  quantization_config: { quant_method: 'fp8', weight_block_size: [128, 128] },
};

const LLAMA_70B_FP8 = {
  model_type: 'llama',
  hidden_size: 8192,
  intermediate_size: 28672,
  max_position_embeddings: 131072,
  num_attention_heads: 64,
  num_hidden_layers: 80,
  num_key_value_heads: 8,
  tie_word_embeddings: false,
  vocab_size: 128256,
  quantization_config: {
    quant_method: 'compressed-tensors',
    config_groups: { group_0: { weights: { num_bits: 8, type: 'float', strategy: 'channel' } } },
  },
};

describe('the registry says what the config.json of the hub says', () => {
  const files: readonly [hubId: string, config: Readonly<Record<string, unknown>>][] = [
    ['openai/gpt-oss-120b', GPT_OSS_120B],
    ['Qwen/Qwen3-32B', QWEN3_32B],
    ['Qwen/Qwen3-235B-A22B-FP8', QWEN3_235B_FP8],
    ['RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic', LLAMA_70B_FP8],
  ];
  for (const [hubId, config] of files) {
    test(hubId, () => assert.deepEqual(architectureFromConfig(config), knownArchitecture(hubId)));
  }
});

test('a window without kinds of layers is the window of every layer, unless it is not used', () => {
  const mistral = { ...QWEN3_32B, sliding_window: 4096, use_sliding_window: undefined };
  assert.equal(architectureFromConfig(mistral).slidingLayers, 64);
  assert.equal(architectureFromConfig({ ...mistral, use_sliding_window: false }).slidingLayers, 0);
});

/** Checks that a change of a sound file is refused at a field. */
function refuses(change: object, path: string, said: RegExp): void {
  const mistakes = mistakesOf(() => architectureFromConfig({ ...GPT_OSS_120B, ...change }));
  assert.deepEqual(
    mistakes.map((mistake) => mistake.path),
    [path],
  );
  assert.match(mistakes[0]?.problem ?? '', said);
}

test('refuses a field that is missing, by its path', () => {
  for (const field of [
    'hidden_size',
    'num_key_value_heads',
    'vocab_size',
    'sliding_window',
    'intermediate_size',
  ]) {
    refuses({ [field]: undefined }, field, /is required/);
  }
});

test('refuses a number that is none', () => {
  refuses({ hidden_size: '2880' }, 'hidden_size', /"2880" is not a whole number, 1 or more/);
});

test('refuses kinds of layers that are not planned', () => {
  const layer_types = GPT_OSS_120B.layer_types.with(3, 'linear_attention');
  refuses({ layer_types }, 'layer_types.3', /is not supported by the memory plan/);
  refuses({ layer_types: layer_types.slice(4) }, 'layer_types', /is not a list of 36 layer kinds/);
});

test('refuses what has more memory than is planned', () => {
  refuses({ kv_lora_rank: 512 }, 'kv_lora_rank', /multi-head latent attention/);
  refuses({ text_config: {} }, 'text_config', /a multimodal model/);
  refuses({ mlp_only_layers: [0] }, 'mlp_only_layers', /some layers have no experts/);
  refuses(
    { quantization_config: { quant_method: 'bitsandbytes' } },
    'quantization_config.quant_method',
    /"bitsandbytes" is not supported by/,
  );
});

test('whole numbers of AWQ, GPTQ and compressed-tensors are known, with their groups', () => {
  const read = (quantization_config: object) =>
    architectureFromConfig({ ...QWEN3_32B, quantization_config }).quantization;
  const four = { method: 'integer', bits: 4, group: 128 };
  assert.deepEqual(read({ quant_method: 'awq', bits: 4, group_size: 128, zero_point: true }), four);
  assert.deepEqual(read({ quant_method: 'gptq', bits: 4, group_size: 128, desc_act: true }), four);
  assert.deepEqual(read({ quant_method: 'gptq', bits: 8, group_size: -1 }), { method: 'integer', bits: 8 });
  const weights = { num_bits: 4, type: 'int', group_size: 128 };
  assert.deepEqual(
    read({ quant_method: 'compressed-tensors', config_groups: { group_0: { weights } } }),
    four,
  );
  assert.throws(() => read({ quant_method: 'compressed-tensors', config_groups: {} }), /compressed-tensors/);
});
