import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../local/until';
import type { Exercise } from './exercise';

export const telemetry: Exercise = (stage) => {
  test('the token metrics carry the workload', async () => {
    const { project, traffic } = stage();
    const headers = { 'x-workload-app': 'assistant' };
    assert.equal((await traffic.ask({ headers })).answer.status, 200);
    const { extprocMetrics = [] } = await project.status();
    let lines: string[] = [];
    const counted = async () => {
      const pages = await Promise.all(extprocMetrics.map(async (url) => (await fetch(url)).text()));
      lines = pages
        .flatMap((page) => page.split('\n'))
        .filter((line) => line.startsWith('gen_ai_client_token_usage'));
      return lines.some((line) => /[{,]workload_app="assistant"/.test(line));
    };
    assert.ok(await until(counted, 20, 500), lines.join('\n'));
  });
};
