import { podPathsOf } from '../../pods';

/** The kinds that run containers. */
export const WORKLOADS = [
  'CronJob',
  'DaemonSet',
  'Deployment',
  'Job',
  'LeaderWorkerSet',
  'Pod',
  'StatefulSet',
] as const;

/** Every list of containers of these kinds. */
export const EVERY_CONTAINER = podPathsOf(WORKLOADS).flatMap(({ path, kinds }) =>
  ['containers', 'initContainers'].map((list) => ({ path: `${path}.${list}`, kinds })),
);
