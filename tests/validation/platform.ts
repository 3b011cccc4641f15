import { parsePlatform } from '../../config';

/** The shipped document with a smaller buffer, so that a prompt that is too large stays small. */
export function platformWith(workloads: object = {}): ReturnType<typeof parsePlatform> {
  return parsePlatform({
    cluster: { local: {} },
    models: {
      'gpt-oss-120b': { vllm: {} },
      'gemini-flash': {
        provider: 'gemini',
        model: 'gemini-2.5-flash',
        apiKeySecret: 'gemini-api-key',
        baseUrl: 'http://gemini.stand-in.internal:8080/v1beta/openai',
      },
    },
    workloads: {
      'toolbench-agent': { model: 'gemini-flash' },
      'swe-rebench-ide': { model: 'gpt-oss-120b', limits: { requestsPerMinute: 2 } },
      'terminal-bench-ci': { model: 'gpt-oss-120b', limits: { tokensPerHour: 2_000_000 } },
      ...workloads,
    },
    gateway: { bufferLimit: '6Mi' },
    observability: { scrapeInterval: '15s' },
  });
}
