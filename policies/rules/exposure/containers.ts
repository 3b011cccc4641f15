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

const PODS = [
  'spec',
  'spec.template.spec',
  'spec.jobTemplate.spec.template.spec',
  'spec.leaderWorkerTemplate.leaderTemplate.spec',
  'spec.leaderWorkerTemplate.workerTemplate.spec',
];

/** Every list of containers of these kinds. */
export const EVERY_CONTAINER: readonly string[] = PODS.flatMap((pod) => [
  `${pod}.containers`,
  `${pod}.initContainers`,
]);
