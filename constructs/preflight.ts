import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Container } from 'kubernetes-types/core/v1';

const CHECK = readFileSync(join(__dirname, 'preflight.py'), 'utf8');

/**
 * A check of the GPUs that a replica was given, before the server starts on them: every pair is linked by NVLink,
 * and an all-reduce over all of them is right.
 *
 * An init container, not a Job of its own: it sees exactly the GPUs that the server then gets, on every node
 * where a replica starts, and needs no others. A Job would run once, on some node, and wait for ever for GPUs
 * that a running server holds as soon as a new version made it run again.
 *
 * @param server The container that it goes before, with image, environment, GPUs and shared memory.
 * @param gpus GPUs of one pod.
 */
export function preflight(server: Container, gpus: number): Container {
  const { image, imagePullPolicy, resources, securityContext, volumeMounts = [], env = [] } = server;
  return {
    name: 'preflight',
    ...(image !== undefined && { image }),
    ...(imagePullPolicy !== undefined && { imagePullPolicy }),
    command: [
      ...['torchrun', '--standalone', `--nproc-per-node=${gpus}`, '--no-python'],
      ...['python3', '-c', CHECK],
    ],
    env: env.filter(({ name }) => ['HOME', 'LD_LIBRARY_PATH', 'NCCL_DEBUG', 'USER'].includes(name)),
    ...(resources && { resources }),
    volumeMounts: volumeMounts.filter(({ name }) => ['cache', 'shm'].includes(name)),
    ...(securityContext && { securityContext }),
  };
}
