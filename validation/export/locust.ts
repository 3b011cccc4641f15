import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../base/user-error';
import { type Plan, planHash, STEP_CLOCKS } from '../replay/plan';
import { sharedPath } from '../replay/shared-phases';
import type { ExportedFile, ExportProps } from './exported';

/** Seconds after the last request until every worker has told of it: answers, and Locust's reports every 3 s. */
const REPORTING = 20;

/** Bytes of a step in `steps.bin`, as `STEP` of the locustfile has them. */
const STEP_BYTES = 24;

/**
 * A folder for Locust: its locustfile sends the bodies of a closed plan by offset and length, with the plan's pauses.
 *
 * @throws UserError for a plan whose requests are due at times: a user of Locust waits for the answer.
 */
export function locustExport({ plan, bodies, target, timeScale }: ExportProps): ExportedFile[] {
  if (plan.header.mode !== 'closed') {
    throw new UserError(
      `Locust has users who wait for answers, and this plan is ${plan.header.mode}; make it with --mode closed, or export it to aiperf`,
    );
  }
  return [
    { name: 'locustfile.py', content: readFileSync(join(__dirname, 'locustfile.py')) },
    { name: 'plan.csv', content: `hash,seconds\n${planHash(plan)},${plan.header.seconds / timeScale}\n` },
    { name: 'steps.bin', content: stepsOf(plan, timeScale) },
    { name: 'actors.csv', content: actorsOf(plan) },
    { name: 'phases.csv', content: phasesOf(plan, timeScale) },
    { name: 'README.md', content: readme(plan, target, timeScale) },
    { name: 'bodies.jsonl', linkTo: bodies },
  ];
}

function stepsOf({ columns }: Plan, timeScale: number): Uint8Array {
  const { offset, length, clock, when } = columns;
  const bytes = Buffer.alloc(offset.length * STEP_BYTES);
  for (const [step, begin] of offset.entries()) {
    const at = step * STEP_BYTES;
    // Units of phases have no seconds: the phases are faster instead.
    const isPhased = clock[step] === STEP_CLOCKS.phases;
    bytes.writeBigUInt64LE(BigInt(begin), at);
    bytes.writeUInt32LE(length[step] ?? 0, at + 8);
    bytes.writeUInt8(clock[step] ?? 0, at + 12);
    bytes.writeDoubleLE((when[step] ?? 0) / (isPhased ? 1 : timeScale), at + 16);
  }
  return bytes;
}

function actorsOf({ header, columns }: Plan): string {
  const rows = [...columns.profile].map((index, actor) => {
    const { app, profile } = header.profiles[index] ?? { app: '', profile: '' };
    const [first = 0, end = 0] = columns.first.subarray(actor, actor + 2);
    return `${app},${profile},${first},${end - first}\n`;
  });
  return `app,phases,first,steps\n${rows.join('')}`;
}

function phasesOf({ header }: Plan, timeScale: number): string {
  const rows = header.profiles.flatMap((profile) => {
    const path = sharedPath(profile);
    if (path === undefined) return [];
    const last = profile.phases?.switches.at(-1) ?? 0;
    return [...path.until(last), path.at(last)].map(
      ({ name, from }) => `${profile.profile},${from / timeScale},${path.law[name].rate * timeScale}\n`,
    );
  });
  return `phases,from,rate\n${rows.join('')}`;
}

function readme(plan: Plan, target: string, timeScale: number): string {
  const { users, seconds } = plan.header;
  const run = `--headless -u ${users} -r ${users} -t ${Math.ceil(seconds / timeScale) + REPORTING}s -s 30`;
  return `# Locust: ${users} users for ${seconds} s

Plan ${planHash(plan)}, ${timeScale === 1 ? 'as fast as planned' : `${timeScale} times as fast as planned`}.
Copy this folder to each machine (\`rsync -aL\`: \`bodies.jsonl\` is a link to the corpus), and \`pip install locust\` there.

One master, which sends nothing, and a worker for each core, here two; \`--master-host\` names the master to workers on
other machines:

    locust -f locustfile.py --master --expect-workers 2 -H ${target} ${run} --csv locust
    locust -f locustfile.py --worker --processes 2 --master-host 127.0.0.1

Nobody asks after the ${seconds / timeScale} s of the plan; the rest of \`-t\` is for the last answers: a master that ends does not
wait for what its workers have not yet told. Rows named \`TTFT\` are times to the first token, never to the chunk with the role; rows named \`POST\` are whole answers.
Locust rounds what it takes percentiles of: to 1 ms below 100 ms, to 10 ms below a second, to 100 ms above.
\`--header 'authorization: Bearer …'\` adds a header; without \`--headless\` the page of the master changes the users.
`;
}
