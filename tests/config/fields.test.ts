import { test } from 'node:test';
import { refuses } from './refused';

test('refuses an unknown field with the nearest known one', () => {
  refuses(
    (document) => {
      document.gateway.bufferlimits = '50Mi';
      delete document.gateway.bufferLimit;
    },
    'gateway.bufferlimits',
    /unknown field \(did you mean bufferLimit\)/,
  );
});

test('refuses an unknown field that repeats a known one', () => {
  refuses(
    (document) => {
      document.gateway.CPU = 2;
    },
    'gateway.CPU',
    /did you mean cpu, which is there already/,
  );
});

test('refuses an unknown field that belongs further in', () => {
  refuses(
    (document) => {
      document.gateway.port = 8080;
    },
    'gateway.port',
    /write it under listener/,
  );
});

test('refuses an unknown field that resembles nothing with all known fields', () => {
  refuses(
    (document) => {
      document.observability.pager = true;
    },
    'observability.pager',
    /known fields are scrapeInterval, labels, prometheus, dcgmExporter, runbooks and dashboards/,
  );
});

test('refuses settings where there are none', () => {
  refuses(
    (document) => {
      document.models['gpt-oss-120b'].vllm.weights = { hub: { mirror: 'here' } };
    },
    'models.gpt-oss-120b.vllm.weights.hub.mirror',
    /there are no fields here, write \{\}/,
  );
});

test('refuses a missing field with what it takes', () => {
  refuses(
    (document) => {
      delete document.cluster;
    },
    'cluster',
    /is required: a map with local, existing or vks/,
  );
});

test('refuses an empty map of settings with how to write it', () => {
  refuses(
    (document) => {
      document.gateway = null;
    },
    'gateway',
    /null is not a map of settings \(write \{\} to take every default\)/,
  );
});

test('refuses two clusters', () => {
  refuses(
    (document) => {
      document.cluster.existing = { context: 'prod-vks' };
    },
    'cluster',
    /exactly one of local, existing and vks/,
    /keep local or existing/,
  );
});

test('refuses no cluster', () => {
  refuses(
    (document) => {
      document.cluster = {};
    },
    'cluster',
    /has none \(add local, existing or vks\)/,
  );
});

test('refuses an existing cluster without a context', () => {
  refuses(
    (document) => {
      document.cluster = { existing: {} };
    },
    'cluster.existing.context',
    /is required: the name of a kubeconfig context/,
  );
});

test('refuses a duration without a unit', () => {
  refuses(
    (document) => {
      document.observability.scrapeInterval = 15;
    },
    'observability.scrapeInterval',
    /15 is not a duration/,
    /15s or 15m/,
  );
});

test('refuses a duration of nothing', () => {
  refuses(
    (document) => {
      document.gateway.requestTimeout = '0s';
    },
    'gateway.requestTimeout',
    /"0s" is not a duration such as 30s, 10m or 1h30m/,
  );
});
