import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform } from '../../config';
import { type Draft, papersDocument } from './papers-document';
import { mistakeOf, refuses } from './refused';

/** Adds a model and a workload that reaches it. */
function withModel(name: string, model: unknown): (document: Draft) => void {
  return (document) => {
    document.models[name] = model;
    document.workloads.reader = { model: name };
  };
}

const provider = { provider: 'openai-compatible', model: 'gpt-5', apiKeySecret: 'openai-key' };

test('refuses a model name over 63 characters and does not cut it', () => {
  const name = 'm'.repeat(70);
  refuses(
    withModel(name, { vllm: { model: 'Qwen/Qwen3-32B' } }),
    `models.${name}`,
    /has 70 characters/,
    /the Kubernetes objects named after it allow 63/,
    /shorten it by 7/,
  );
});

test('takes a model name of 63 characters', () => {
  const name = 'm'.repeat(63);
  const { models } = parsePlatform(papersDocument(withModel(name, { vllm: { model: 'Qwen/Qwen3-32B' } })));
  assert.ok(models.some((model) => model.name === name));
});

test('refuses a model name that is not a DNS label', () => {
  refuses(
    withModel('GPT_4.1', { vllm: { model: 'Qwen/Qwen3-32B' } }),
    'models["GPT_4.1"]',
    /"GPT_4\.1" is not a DNS-1123 label/,
    /is not a DNS-1123 label/,
    /use gpt-4-1/,
  );
});

test('refuses a served model whose name no Service could have', () => {
  refuses(
    withModel('4o', { vllm: { model: 'Qwen/Qwen3-32B' } }),
    'models.4o',
    /begins with a digit/,
    /Service/,
  );
});

test('takes a provider model whose name begins with a digit', () => {
  const { models } = parsePlatform(
    papersDocument(withModel('4o', { ...provider, baseUrl: 'https://api.openai.com/v1' })),
  );
  assert.equal(models[0]?.name, '4o');
});

test('refuses a model called vllm', () => {
  refuses(
    withModel('vllm', { vllm: { model: 'Qwen/Qwen3-32B' } }),
    'models.vllm',
    /VLLM_PORT=tcp:/,
    /gpt-oss-120b/,
  );
});

test('refuses a tensor parallel size that does not divide the heads', () => {
  for (const size of [0, 3, 16]) {
    refuses(
      (document) => {
        document.models['gpt-oss-120b'].vllm.tensorParallelSize = size;
      },
      'models.gpt-oss-120b.vllm.tensorParallelSize',
      new RegExp(`^${size} is not a tensor parallel size`),
      /64 query heads and 8 key-value heads/,
      /use 1, 2, 4 or 8/,
    );
  }
});

test('refuses a context that is longer than what gpt-oss was trained for', () => {
  refuses(
    (document) => {
      document.models['gpt-oss-120b'].vllm.maxModelLen = 262144;
    },
    'models.gpt-oss-120b.vllm.maxModelLen',
    /262144 tokens are more than the 131072 positions of the model/,
    /use 131072 or less/,
  );
});

test('takes any context for a model that is not known', () => {
  const edit = withModel('qwen', {
    vllm: { model: 'Qwen/Qwen3', maxModelLen: 262144, weights: { pvc: { size: '80Gi' } } },
  });
  assert.equal(parsePlatform(papersDocument(edit)).models.length, 3);
});

test('refuses a model of unknown hub id', () => {
  refuses(
    withModel('llama', { vllm: {} }),
    'models.llama.vllm.model',
    /is required: the hub id cannot be derived from the name "llama"/,
  );
});

test('refuses zero model servers', () => {
  refuses(
    (document) => {
      document.models['gpt-oss-120b'].vllm.replicas = 0;
    },
    'models.gpt-oss-120b.vllm.replicas',
    /0 is not a whole number of model servers/,
    /use 1 or more/,
  );
});

test('refuses a model that is served twice', () => {
  refuses(
    withModel('both', { vllm: {}, ...provider }),
    'models.both',
    /has vllm and provider \(keep vllm or provider\)/,
  );
});

test('refuses a model that nobody serves', () => {
  refuses(withModel('nobody', {}), 'models.nobody', /has none \(add vllm, tei, provider or route\)/);
});

test("refuses a vllm model's id outside vllm", () => {
  refuses(
    withModel('llama', { vllm: { model: 'Qwen/Qwen3-32B' }, model: 'Qwen/Qwen3-32B' }),
    'models.llama.model',
    /is used with provider only/,
    /write it under vllm/,
  );
});

test('refuses an unknown provider', () => {
  refuses(
    (document) => {
      document.models['gemini-flash'].provider = 'gemin';
    },
    'models.gemini-flash.provider',
    /"gemin" is not a provider \(did you mean gemini\)/,
  );
});

test('refuses a provider model without the name at the provider', () => {
  refuses(
    (document) => {
      delete document.models['gemini-flash'].model;
    },
    'models.gemini-flash.model',
    /is required: what the provider calls the model/,
  );
});

test('refuses an openai-compatible model without a base URL', () => {
  refuses(withModel('gpt-5', provider), 'models.gpt-5.baseUrl', /is required: the URL in front/);
});

test('refuses a key in place of the name of its secret, and never repeats it', () => {
  const key = 'AIzaSyNotARealKeyButLooksLikeOne';
  const document = papersDocument((draft) => {
    draft.models['gemini-flash'].apiKeySecret = key;
  });
  const mistake = mistakeOf(() => parsePlatform(document));
  assert.equal(mistake.path, 'models.gemini-flash.apiKeySecret');
  assert.match(mistake.problem, /is not the name of a Pulumi secret/);
  assert.ok(!JSON.stringify(mistake).includes(key));
});

test('refuses the platform document itself as a secret', () => {
  refuses(
    (document) => {
      document.models['gemini-flash'].apiKeySecret = 'platform';
    },
    'models.gemini-flash.apiKeySecret',
    /is not the name of a Pulumi secret/,
  );
});
