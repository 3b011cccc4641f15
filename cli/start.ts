import { setTimeout as sleep } from 'node:timers/promises';
import execa from 'execa';
import { UserError } from '../base/user-error';
import { statusOf, up } from '../local/client';
import type { DatacenterStatus } from '../local/datacenter';
import { stateDir } from '../local/paths';
import { DASHBOARDS_PORT, holderOf } from '../local/ports';
import { endOf } from '../local/process';
import { until } from '../local/until';
import { reportText } from '../validation';
import { pulumiEnvironment } from './pulumi';
import { loadCompleteStack, projectDir, type Stack } from './stack';
import { withProgress } from './ui';
import { validate } from './validate';

const STACK = 'local';

/** Runs plain `pulumi up`; its own lines are the progress. */
async function pulumiUp(env: NodeJS.ProcessEnv): Promise<void> {
  const options = { cwd: projectDir(), env, stdin: 'ignore', reject: false } as const;
  const select = ['stack', 'select', STACK, '--create', '--non-interactive'];
  const selected = await execa('pulumi', select, { ...options, all: true });
  if (selected.failed) throw new UserError(`pulumi ${select.join(' ')}: ${selected.all}`);
  const up = ['up', '--stack', STACK, '--yes', '--skip-preview', '--non-interactive'];
  const { failed, exitCode } = await execa('pulumi', up, {
    ...options,
    stdout: 'inherit',
    stderr: 'inherit',
  });
  if (failed)
    throw new UserError(
      `pulumi ${up.join(' ')} failed with exit code ${exitCode}; the cause is in its output above`,
    );
}

/** Refuses a listener port that somebody else holds, before anything is started. */
function refuseTakenPort({ platform }: Stack, running: DatacenterStatus | undefined): void {
  if (running) return;
  const { port } = platform.gateway.listener;
  const holder = holderOf(port);
  if (holder) {
    throw new UserError(
      `port ${port} (gateway.listener.port) is held by ${holder}\nfix: stop it, or choose another port in Pulumi.${STACK}.yaml`,
    );
  }
}

const settled = (status: DatacenterStatus | undefined) =>
  status !== undefined &&
  status.note === undefined &&
  status.components.every(({ state }) => state === 'running') &&
  // Of two replicas either may be the one that stays, under its own name: envoy or envoy.1.
  ['envoy', 'extproc'].every((kind) => status.components.some(({ name }) => name.split('.')[0] === kind));

/** Waits until the gateway serves what the API server holds; throws with what is broken after 90 s. */
export async function waitForDataPlane(state: string): Promise<void> {
  const settles = () => until(async () => settled(await statusOf(state)), 90, 500);
  // Twice: the data plane looks at the API server every half second, and may not have seen the last change.
  if ((await settles()) && (await sleep(1500, true)) && (await settles())) return;
  const status = await statusOf(state);
  const broken = status?.components.filter((component) => component.state !== 'running') ?? [];
  const names = broken.map(
    ({ name, state: now, detail, log }) => `${name} is ${now}${detail ? `: ${detail}` : ''}\n${endOf(log)}`,
  );
  throw new UserError(
    `the gateway is not ready 90 s after pulumi up: ${[...names, status?.note].filter(Boolean).join('\n') || 'it has no proxy'}`,
  );
}

function gpuNodesOf({ platform: { cluster } }: Stack) {
  return cluster.kind === 'local' ? { gpuNodes: cluster.gpuNodes } : {};
}

/** `npm start`: from nothing to an answering, validated gateway. Exit code 0 only if the suite passed. */
export async function start(options: { state?: string }): Promise<void> {
  const began = Date.now();
  const state = stateDir(options.state);
  const stack = loadCompleteStack(STACK);
  refuseTakenPort(stack, await statusOf(state));
  const env = await withProgress(async (progress) => {
    await up({ state, dataPlane: true, ...gpuNodesOf(stack) }, progress);
    progress.announce(`pulumi up --stack ${STACK}`);
    const environment = await pulumiEnvironment(state);
    await pulumiUp(environment);
    progress.step('waiting until the gateway has its configuration');
    await waitForDataPlane(state);
    return environment;
  });
  const seconds = Math.round((Date.now() - began) / 1000);
  const report = await validate(stack, state, { env });
  console.log(reportText(report));
  const url = `http://127.0.0.1:${stack.platform.gateway.listener.port}/v1/chat/completions`;
  const workload = stack.platform.workloads.find(({ limits }) => limits.requestsPerMinute === undefined);
  console.log(`\nThe gateway answered ${seconds} s after the start. Try it:

  curl -s ${url} \\
    -H 'x-workload-app: ${workload?.name}' -H 'content-type: application/json' \\
    -d '{"model":"any","messages":[{"role":"user","content":"Hello"}]}'

  npx vcf-ai local dashboards  the dashboards in a browser, at http://127.0.0.1:${DASHBOARDS_PORT}
  npx vcf-ai local status      components and addresses
  eval "$(npx vcf-ai local env)"   environment for pulumi and kubectl: change Pulumi.${STACK}.yaml, pulumi up
  npx vcf-ai local down        stop everything`);
  if (!report.passed) process.exitCode = 1;
}
