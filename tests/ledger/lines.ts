import { randomUUID } from 'node:crypto';

/** Fields of a whole call, as the gateway's access log writes them. */
export const CALL = {
  attempts: 1,
  attempted_backend: 'ai/gpt-oss-120b/route/chat/rule/0/ref/0',
  backend: 'ai/gpt-oss-120b',
  bytes_received: 77,
  bytes_sent: 305,
  cache_write_input_tokens: 0,
  cached_input_tokens: 16,
  duration_ms: 142,
  input_tokens: 48,
  method: 'POST',
  output_tokens: 9,
  path: '/v1/chat/completions',
  reasoning_tokens: 4,
  request_id: 'ca6e03be-f4c3-4ac2-8817-d78816b26ce4',
  requested_model: 'gpt-oss-120b',
  response_code_details: 'via_upstream',
  response_flags: '-',
  response_model: 'openai/gpt-oss-120b',
  start_time: '2026-11-29T22:24:45.294Z',
  status: 200,
  tenant: 'research',
  total_tokens: 57,
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  workload: 'chat',
} as const;

/** A line of the access log: a call of its own, unless an id is given. */
export function line(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ...CALL, unique_id: randomUUID(), ...changes });
}

/** A log of so many calls, which began a second after each other. */
export function log(calls: number, first = Date.UTC(2026, 10, 29, 12)): string {
  const lines = Array.from({ length: calls }, (_, index) =>
    line({ start_time: new Date(first + index * 1000).toISOString() }),
  );
  return lines.map((text) => `${text}\n`).join('');
}
