import { type RunningStandIn, startStandIn } from '../../tests/local/stand-in-process';

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

/** A stand-in of vLLM in a process of its own. */
export const startEngine = (options: readonly string[]): Promise<RunningStandIn> =>
  startStandIn('model-server', [
    ...['--model', MODEL, '--answer-tokens', '4000', '--keep-requests', '1', ...options],
  ]);
