import { closeSync, openSync, readSync } from 'node:fs';
import { WORKLOAD_HEADER } from '../../config';
import { type StepAtOnce, stepsAtOnce } from '../replay/at-once';
import { type Plan, planHash } from '../replay/plan';
import type { ExportedFile, ExportProps } from './exported';

/**
 * Input of AIPerf's fixed schedule: for each workload, since its headers are those of all requests, a file of lines with
 * the body as `payload`. An actor of the plan is a session, whose first request is due at a time; later ones are due at a
 * time or after a pause, and never before the answer to the one before, as in a replay of ours.
 *
 * Pauses of users whose bursts go together depend on when answers come; they are made here as if each came at once.
 */
export function aiperfExport({ plan, bodies, target, timeScale }: ExportProps): ExportedFile[] {
  const apps = [...new Set(plan.header.profiles.map(({ app }) => app))].sort();
  return [
    ...apps.map((app): ExportedFile => {
      return { name: `${app}.jsonl`, parts: () => linesOf(plan, app, bodies, timeScale) };
    }),
    { name: 'tokenizer/tokenizer.json', content: `${JSON.stringify(TOKENIZER)}\n` },
    { name: 'tokenizer/tokenizer_config.json', content: `${JSON.stringify(TOKENIZER_CONFIG)}\n` },
    { name: 'run.sh', content: script(plan, apps, target, timeScale), isExecutable: true },
    { name: 'README.md', content: readme(plan, apps, timeScale) },
  ];
}

const UNKNOWN = '[UNK]';

/** To AIPerf every word is the same token: it loads a tokenizer even where the engine counts. */
const TOKENIZER = {
  ...{
    version: '1.0',
    truncation: null,
    padding: null,
    normalizer: null,
    post_processor: null,
    decoder: null,
  },
  added_tokens: [
    {
      ...{ id: 0, content: UNKNOWN, special: true, normalized: false },
      ...{ single_word: false, lstrip: false, rstrip: false },
    },
  ],
  pre_tokenizer: { type: 'Whitespace' },
  model: { type: 'WordLevel', vocab: { [UNKNOWN]: 0 }, unk_token: UNKNOWN },
};

const TOKENIZER_CONFIG = { tokenizer_class: 'PreTrainedTokenizerFast', unk_token: UNKNOWN };

/** The steps of an actor within the plan's time; the first of a session has to have a time. */
function* duesOf(plan: Plan, actor: number): Generator<StepAtOnce> {
  for (const due of stepsAtOnce(plan, actor)) {
    if (due.at >= plan.header.seconds) return;
    const isFirst = due.step === plan.columns.first[actor];
    yield isFirst ? { ...due, seconds: due.at, isTime: true } : due;
  }
}

function* linesOf(plan: Plan, app: string, bodies: string, timeScale: number): Generator<Uint8Array> {
  const { profile, offset, length } = plan.columns;
  const file = openSync(bodies, 'r');
  try {
    for (const [actor, index] of profile.entries()) {
      if (plan.header.profiles[index]?.app !== app) continue;
      for (const { step, seconds, isTime } of duesOf(plan, actor)) {
        const milliseconds = Number(((seconds * 1000) / timeScale).toFixed(3));
        const head = `{"session_id":"${actor}","${isTime ? 'timestamp' : 'delay'}":${milliseconds},"payload":`;
        const body = Buffer.alloc(length[step] ?? 0);
        readSync(file, body, 0, body.length, offset[step] ?? 0);
        yield Buffer.concat([Buffer.from(head), body, Buffer.from('}\n')]);
      }
    }
  } finally {
    closeSync(file);
  }
}

function script(plan: Plan, apps: readonly string[], target: string, timeScale: number): string {
  const seconds = plan.header.seconds / timeScale;
  const runs = apps.map(
    (app) => `aiperf profile --input-file ${app}.jsonl --header '${WORKLOAD_HEADER}:${app}' \\
  --artifact-dir "\${ARTIFACTS:-artifacts}/${app}" "\${common[@]}" "$@" &`,
  );
  return `#!/usr/bin/env bash
# More options of aiperf may follow, such as --header 'authorization:Bearer …'.
set -euo pipefail
cd "$(dirname "$0")"
common=(
  --url "\${TARGET:-${target}}" --endpoint-type chat --streaming --model "\${MODEL:-any}"
  --custom-dataset-type mooncake_trace --fixed-schedule
  --benchmark-duration ${seconds} --benchmark-grace-period 30
  --use-server-token-count --tokenizer ./tokenizer --ui none
)
${runs.join('\n')}
failed=0
for job in $(jobs -p); do wait "$job" || failed=1; done
exit "$failed"
`;
}

function readme(plan: Plan, apps: readonly string[], timeScale: number): string {
  const { mode, users, seconds, profiles } = plan.header;
  const isPhased = profiles.some(({ phases }) => phases !== undefined);
  return `# AIPerf: ${mode} load of ${users} users for ${seconds} s

Plan ${planHash(plan)}, ${timeScale === 1 ? 'as fast as planned' : `${timeScale} times as fast as planned`}.

    pip install aiperf
    ./run.sh

One process for each workload (${apps.join(', ')}), side by side: AIPerf has one set of headers. Bodies are sent with the members
that they have; AIPerf reads and writes them as JSON when it starts, so that spaces and escapes may differ.
\`TARGET\` and \`MODEL\` of the environment change the gateway and the name in reports. Tokens are counted by the engine: the
tokenizer in this folder knows one word, and is there because AIPerf loads one.
${isPhased ? 'Bursts that users share are made as if each answer came at once: they drift from those of a replay by the time that answers take.\n' : ''}`;
}
