import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { scriptArgs } from '../../local/paths';

/** A stand-in of vLLM in a process of its own. */
export interface SimulatedEngine {
  readonly url: string;
  readonly admin: string;
  stop(): Promise<void>;
}

export const MODEL = 'gpt-oss-120b';

/**
 * Steps that explain the white paper's soak: 16 ms, 10.5 µs for each token of a prompt, 70 µs for each request of the
 * batch. Whoever is calibrated to a result is no evidence for it.
 */
export const PAPER_PACE = [
  ...[
    '--first-token-delay',
    '16',
    '--token-delay',
    '16',
    '--prompt-token-time',
    '10.5',
    '--sequence-time',
    '70',
  ],
];

export async function startEngine(folder: string, options: readonly string[]): Promise<SimulatedEngine> {
  const args = [
    ...[
      'model-server',
      '--listen',
      '127.0.0.1:0',
      '--record',
      join(folder, 'requests.jsonl'),
      '--model',
      MODEL,
    ],
    ...['--answer-tokens', '4000', '--keep-requests', '1', ...options],
  ];
  const child = spawn(process.execPath, scriptArgs('local/stand-ins/main.ts', ...args), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(() => Promise.reject(new Error('the engine did not start'))),
  ]);
  const { listen, admin } = JSON.parse(line);
  return {
    ...{ url: `http://${listen}`, admin: `http://${admin}` },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
