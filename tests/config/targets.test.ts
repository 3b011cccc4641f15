import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform } from '../../config';
import { type Draft, papersDocument } from './papers-document';
import { refuses } from './refused';

const chat = (route: unknown) => (document: Draft) => {
  document.models.chat = { route };
  document.workloads['toolbench-agent'].model = 'chat';
  document.workloads.other = { models: ['gemini-flash', 'gpt-oss-120b'] };
};

function targetOf(edit: (document: Draft) => void, workload = 'toolbench-agent') {
  const { workloads } = parsePlatform(papersDocument(edit));
  return workloads.find(({ name }) => name === workload)?.routes[0]?.target;
}

test('a route becomes the models that it names', () => {
  const route = { split: { 'gpt-oss-120b': 95, 'gemini-flash': 5 }, session: { header: 'x-session-id' } };
  assert.deepEqual(targetOf(chat(route)), {
    arms: [
      { model: 'gemini-flash', weight: 5 },
      { model: 'gpt-oss-120b', weight: 95 },
    ],
    fallback: [],
    session: { header: 'x-session-id' },
  });
});

test("a workload's own fallbacks come after those of the route that it calls", () => {
  const target = targetOf((document) => {
    chat({ split: { 'gpt-oss-120b': 1 } })(document);
    document.workloads['toolbench-agent'].fallback = ['gemini-flash'];
  });
  assert.deepEqual(target?.fallback, ['gemini-flash']);
});

test('cheapest and fastest sort the fallbacks by the figures of the document; the first answers', () => {
  const priced = (order: string) => (document: Draft) => {
    chat({ fallback: ['gpt-oss-120b', 'gemini-flash'], order })(document);
    document.models['gpt-oss-120b'].price = { inputPerMTok: 1, outputPerMTok: 2 };
    document.models['gemini-flash'].price = { inputPerMTok: 0.3, outputPerMTok: 2.5 };
    document.models['gpt-oss-120b'].expectedLatency = '2s';
    document.models['gemini-flash'].expectedLatency = '2500ms';
  };
  assert.equal(targetOf(priced('cheapest'))?.arms[0]?.model, 'gemini-flash');
  assert.deepEqual(targetOf(priced('cheapest'))?.fallback, ['gpt-oss-120b']);
  assert.equal(targetOf(priced('fastest'))?.arms[0]?.model, 'gpt-oss-120b');
});

test('refuses an order for which a figure is missing', () => {
  refuses(
    chat({ fallback: ['gpt-oss-120b', 'gemini-flash'], order: 'cheapest' }),
    'models.chat.route.order',
    /gpt-oss-120b and gemini-flash have no price, by which this order sorts/,
  );
});

test('refuses a route that names a route, nothing, something unknown, or one model twice', () => {
  refuses(
    (document) => {
      chat({ split: { 'gpt-oss-120b': 1 } })(document);
      document.models.outer = { route: { fallback: ['chat', 'gemini-flash'] } };
      document.workloads.more = { model: 'outer' };
    },
    'models.outer.route.fallback.0',
    /"chat" is a route, and routes cannot be nested/,
  );
  refuses(chat({}), 'models.chat.route', /has no model \(add split or fallback\)/);
  refuses(chat({ fallback: ['gemini-flush'] }), 'models.chat.route.fallback.0', /did you mean gemini-flash/);
  refuses(
    chat({ split: { 'gemini-flash': 1 }, fallback: ['gemini-flash'] }),
    'models.chat.route.fallback.0',
    /is already in the split/,
  );
});

test('refuses a weight of nothing', () => {
  refuses(
    chat({ split: { 'gemini-flash': 0, 'gpt-oss-120b': 1 } }),
    'models.chat.route.split.gemini-flash',
    /0 is not a weight/,
  );
});

test('refuses a fallback that has failed already, and one that is a route', () => {
  const fallback = (model: string) => (document: Draft) => {
    document.workloads['toolbench-agent'].fallback = [model];
  };
  refuses(
    fallback('gemini-flash'),
    'workloads.toolbench-agent.fallback.0',
    /has failed when the fallbacks are tried/,
  );
  refuses(
    (document) => {
      chat({ split: { 'gpt-oss-120b': 1 } })(document);
      document.workloads.other.fallback = ['chat'];
    },
    'workloads.other.fallback.0',
    /"chat" is a route, and a route cannot be a fallback/,
  );
});

test('refuses a model with an endpoint picker beside another', () => {
  refuses(
    (document) => {
      document.models['gpt-oss-120b'].vllm.endpointPicker = true;
      document.workloads['swe-rebench-ide'].fallback = ['gemini-flash'];
    },
    'workloads.swe-rebench-ide',
    /gpt-oss-120b has an endpoint picker and is combined with other models/,
  );
});

test('refuses two workloads of one identity', () => {
  refuses(
    (document) => {
      document.workloads.other = { model: 'gemini-flash', match: { app: 'toolbench-agent' } };
    },
    'workloads.other.match',
    /app toolbench-agent already identifies workload toolbench-agent/,
  );
});

test('refuses what only a model would decide between an app and the same app of one tenant', () => {
  refuses(
    (document) => {
      document.workloads.other = {
        models: ['gemini-flash'],
        match: { app: 'toolbench-agent', tenant: 'acme' },
      };
    },
    'workloads.other.models',
    /its model would decide between them/,
  );
});

test('refuses a budget that a longer one always uses up first', () => {
  refuses(
    (document) => {
      document.workloads['terminal-bench-ci'].limits = { tokensPerHour: 500, tokensPerDay: 500 };
    },
    'workloads.terminal-bench-ci.limits.tokensPerHour',
    /500 is not less than tokensPerDay 500/,
  );
});

test('refuses parallel requests that the replicas cannot share', () => {
  refuses(
    (document) => {
      document.cluster = { existing: { context: 'prod-vks' } };
      document.gateway.replicas = 3;
      document.workloads['swe-rebench-ide'].limits = { parallelRequests: 4 };
    },
    'workloads.swe-rebench-ide.limits.parallelRequests',
    /4 parallel requests over 3 gateway replicas is 1\.33 each/,
  );
});

test('refuses more parallel requests than all Envoys answer at once, and takes what the refusal names', () => {
  const limited = (parallelRequests: number) => (document: Draft) => {
    document.cluster = { existing: { context: 'prod-vks' } };
    document.gateway.replicas = 2;
    document.workloads['swe-rebench-ide'].limits = { parallelRequests };
  };
  const at = 'workloads.swe-rebench-ide.limits.parallelRequests';
  refuses(limited(3910), at, /3910 requests at once are more than the gateway answers: 2 × 1954/, /use 3908/);
  const { workloads } = parsePlatform(papersDocument(limited(3908)));
  assert.ok(workloads.some(({ limits }) => limits.parallelRequests === 3908));
});

test('requests of a workload with several models need not be divided: one service counts them', () => {
  const edit = (document: Draft) => {
    document.cluster = { existing: { context: 'prod-vks' } };
    document.gateway.replicas = 3;
    document.workloads['swe-rebench-ide'] = {
      models: ['gpt-oss-120b', 'gemini-flash'],
      limits: { requestsPerMinute: 10 },
    };
  };
  assert.equal(parsePlatform(papersDocument(edit)).gateway.replicas, 3);
});
