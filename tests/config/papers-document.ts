import { parse } from 'yaml';

/** The environment of the white paper: a local model, a cloud model, and the three workloads of its test cases. */
export const PAPERS_DOCUMENT = `
cluster: { local: {} }
models:
  gpt-oss-120b: { vllm: { model: openai/gpt-oss-120b, tensorParallelSize: 4, maxModelLen: 131072, replicas: 1, startupBudget: 30m } }
  gemini-flash: { provider: gemini, model: gemini-2.5-flash, apiKeySecret: gemini-api-key, baseUrl: http://gemini.stand-in.internal:8080/v1beta/openai }
workloads:
  toolbench-agent:   { model: gemini-flash }
  swe-rebench-ide:   { model: gpt-oss-120b, limits: { requestsPerMinute: 2 } }
  terminal-bench-ci: { model: gpt-oss-120b, limits: { tokensPerHour: 2000000 } }
gateway: { cpu: 2, memory: 4Gi, replicas: 1, bufferLimit: 50Mi, listener: { port: 10080 }, requestTimeout: 10m }
observability: { scrapeInterval: 15s }
`;

/** What a test changes in the document: any part, right or wrong. */
// biome-ignore lint/suspicious/noExplicitAny: the tests write what no type would let them
export type Draft = any;

/** The paper's document after an edit. */
export function papersDocument(edit: (document: Draft) => void = () => {}): Draft {
  const document = parse(PAPERS_DOCUMENT);
  edit(document);
  return document;
}
