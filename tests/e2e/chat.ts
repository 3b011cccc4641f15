import { request } from 'node:http';

/** Where the shipped local stack listens. */
export const LISTENER = 10080;

/** Instead of a status while nobody listens: an Envoy that is replaced by another is away for a moment. */
const NOBODY = 0;

const BODY = JSON.stringify({ model: 'any', messages: [{ role: 'user', content: 'Hello' }] });

/**
 * Sends one small chat request as a workload; the status, or {@link NOBODY}. On a connection of its own: Envoy closes
 * kept ones when its listener changes, and that is no answer of the gateway.
 */
export function ask(workload: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'x-workload-app': workload };
    const url = `http://127.0.0.1:${LISTENER}/v1/chat/completions`;
    const req = request(url, { method: 'POST', headers, agent: false, timeout: 30_000 }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', reject);
    });
    req.once('timeout', () => req.destroy(new Error('no answer in 30 s')));
    req.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') resolve(NOBODY);
      else reject(error);
    });
    req.end(BODY);
  });
}

export async function askTimes(workload: string, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < times; i++) statuses.push(await ask(workload));
  return statuses;
}
