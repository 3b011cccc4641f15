import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform } from '../../config';
import { papersDocument } from './papers-document';
import { refuses } from './refused';

const EXISTING = { existing: { context: 'prod-vks' } };

test('refuses a workload that names a missing model, with the known ones', () => {
  refuses(
    (document) => {
      document.workloads['toolbench-agent'].model = 'gemini-flush';
    },
    'workloads.toolbench-agent.model',
    /"gemini-flush" is not a model of this platform: known models are gemini-flash and gpt-oss-120b/,
    /did you mean gemini-flash/,
  );
});

test('refuses a model that no workload can reach', () => {
  refuses(
    (document) => {
      document.models.orphan = { vllm: { model: 'Qwen/Qwen3-32B' } };
    },
    'models.orphan',
    /no workload can call this model/,
    /add a workload with model: orphan/,
  );
});

test('refuses a platform without workloads', () => {
  refuses(
    (document) => {
      document.workloads = {};
    },
    'workloads',
    /\{\} is not a map of workloads by name, with one at least/,
  );
});

test('refuses a workload without a model', () => {
  refuses(
    (document) => {
      delete document.workloads['toolbench-agent'].model;
    },
    'workloads.toolbench-agent',
    /needs exactly one of model and models, and has none/,
  );
});

test('refuses a workload name over 63 characters and does not cut it', () => {
  const name = 'w'.repeat(64);
  refuses(
    (document) => {
      document.workloads[name] = { model: 'gemini-flash' };
    },
    `workloads.${name}`,
    /has 64 characters/,
    /the Kubernetes objects named after it allow/,
    /shorten it by 1/,
  );
});

test('refuses a workload name that is not a DNS label', () => {
  refuses(
    (document) => {
      document.workloads['-CI/nightly'] = { model: 'gemini-flash' };
    },
    'workloads.-CI/nightly',
    /is not a DNS-1123 label/,
    /use ci-nightly/,
  );
});

test('takes a workload that is called like its model', () => {
  const { workloads } = parsePlatform(
    papersDocument((document) => {
      document.workloads['gpt-oss-120b'] = { model: 'gpt-oss-120b' };
    }),
  );
  assert.equal(workloads[0]?.name, 'gpt-oss-120b');
});

for (const field of ['requestsPerMinute', 'tokensPerHour']) {
  const path = `workloads.swe-rebench-ide.limits.${field}`;
  const limited = (limit: unknown) => (document: ReturnType<typeof papersDocument>) => {
    document.workloads['swe-rebench-ide'].limits = { [field]: limit };
  };

  test(`refuses a negative, zero, fractional or unreadable ${field}`, () => {
    refuses(limited(-5), path, /^-5 is not a whole number/, /use 1 or more/);
    refuses(limited(0), path, /^0 is not a whole number/, /use 1 or more/);
    refuses(limited(2.5), path, /^2\.5 is not a whole number/, /use 2 or 3/);
    refuses(limited('5'), path, /^"5" is not a whole number/, /write 5 without quotes/);
    refuses(limited(5e9), path, /use 4294967295 or less/);
  });
}

test('refuses a request limit that the gateway replicas cannot share', () => {
  refuses(
    (document) => {
      document.cluster = EXISTING;
      document.gateway.replicas = 3;
      document.workloads['swe-rebench-ide'].limits.requestsPerMinute = 20;
    },
    'workloads.swe-rebench-ide.limits.requestsPerMinute',
    /20 requests per minute over 3 gateway replicas is 6\.67 each/,
    /use 18 or 21/,
  );
});

test('refuses a request limit below one request for each of the default replicas', () => {
  refuses(
    (document) => {
      document.cluster = EXISTING;
      delete document.gateway;
      document.workloads['swe-rebench-ide'].limits.requestsPerMinute = 1;
    },
    'workloads.swe-rebench-ide.limits.requestsPerMinute',
    /1 requests per minute over 2 gateway replicas is 0\.5 each/,
    /use 2, or gateway\.replicas 1/,
  );
});

test('takes a token limit that the replicas could not share: one service counts tokens for all of them', () => {
  const edit = (document: ReturnType<typeof papersDocument>) => {
    document.cluster = EXISTING;
    document.gateway.replicas = 2;
    document.workloads['terminal-bench-ci'].limits.tokensPerHour = 1_000_001;
  };
  assert.equal(parsePlatform(papersDocument(edit)).gateway.replicas, 2);
});
