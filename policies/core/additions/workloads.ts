import type { Validation } from '../../cel/validations';
import { type Additions, AT_LEAST_0, COUNT_OR_PERCENT, oneOf, QUALIFIED } from './addition';

/** The mounts of every container are volumes of the Pod; StatefulSets add some of their own. */
const mounts = (pod: string): Validation => ({
  rule: ['containers', 'initContainers']
    .map(
      (list) =>
        `(!has(self${pod}.${list}) || self${pod}.${list}.all(c, !has(c.volumeMounts) || c.volumeMounts.all(m, ` +
        `has(self${pod}.volumes) && self${pod}.volumes.exists(v, v.name == m.name))))`,
    )
    .join(' && '),
  message: 'a container mounts a volume that is not defined in the Pod',
  fieldPath: pod,
});

const mounted = mounts('.template.spec');

const template: readonly Validation[] = [
  { rule: 'has(self.template.spec)', message: 'spec is missing', fieldPath: '.template' },
];

const selected: readonly Validation[] = [
  {
    rule:
      '(has(self.selector.matchLabels) && self.selector.matchLabels.size() > 0) || ' +
      '(has(self.selector.matchExpressions) && self.selector.matchExpressions.size() > 0)',
    message: 'must not be empty',
    fieldPath: '.selector',
  },
  {
    rule:
      '!has(self.selector.matchLabels) || self.selector.matchLabels.all(key, ' +
      'has(self.template.metadata) && has(self.template.metadata.labels) && ' +
      'key in self.template.metadata.labels && ' +
      'self.template.metadata.labels[key] == self.selector.matchLabels[key])',
    message: 'the selector does not match the labels of the template',
    fieldPath: '.template.metadata.labels',
  },
  {
    rule: "!has(self.template.spec.restartPolicy) || self.template.spec.restartPolicy == 'Always'",
    message: 'must be Always',
    fieldPath: '.template.spec.restartPolicy',
  },
];

const counts = { replicas: AT_LEAST_0, minReadySeconds: AT_LEAST_0, revisionHistoryLimit: AT_LEAST_0 };

/** What runs Pods, and what keeps them running. */
export const WORKLOADS: Additions = {
  'core.v1.Pod': { required: ['spec'], validations: [mounts('.spec')] },
  'apps.v1.Deployment': { required: ['spec'] },
  'apps.v1.DeploymentSpec': {
    properties: { ...counts, progressDeadlineSeconds: AT_LEAST_0 },
    validations: [
      ...template,
      ...selected,
      mounted,
      {
        rule:
          '!has(self.progressDeadlineSeconds) || self.progressDeadlineSeconds > ' +
          '(has(self.minReadySeconds) ? self.minReadySeconds : 0)',
        message: 'must be greater than minReadySeconds',
        fieldPath: '.progressDeadlineSeconds',
      },
    ],
  },
  'apps.v1.DeploymentStrategy': {
    properties: { type: oneOf('Recreate', 'RollingUpdate') },
    validations: [
      {
        rule: "!has(self.type) || self.type != 'Recreate' || !has(self.rollingUpdate)",
        message: 'is allowed with the type RollingUpdate only',
        fieldPath: '.rollingUpdate',
      },
    ],
  },
  'apps.v1.RollingUpdateDeployment': {
    properties: { maxSurge: COUNT_OR_PERCENT, maxUnavailable: COUNT_OR_PERCENT },
    validations: [
      {
        rule:
          "!has(self.maxSurge) || !has(self.maxUnavailable) || !(string(self.maxSurge) in ['0', '0%'] && " +
          "string(self.maxUnavailable) in ['0', '0%'])",
        message: 'may not be 0 when maxSurge is 0',
        fieldPath: '.maxUnavailable',
      },
    ],
  },
  'apps.v1.DaemonSet': { required: ['spec'] },
  'apps.v1.DaemonSetSpec': { properties: counts, validations: [...template, ...selected, mounted] },
  'apps.v1.StatefulSet': { required: ['spec'] },
  'apps.v1.StatefulSetSpec': {
    properties: {
      replicas: AT_LEAST_0,
      minReadySeconds: AT_LEAST_0,
      podManagementPolicy: oneOf('OrderedReady', 'Parallel'),
    },
    validations: [...template, ...selected],
  },
  'batch.v1.Job': { required: ['spec'] },
  'batch.v1.JobSpec': {
    properties: {
      activeDeadlineSeconds: AT_LEAST_0,
      backoffLimit: AT_LEAST_0,
      completionMode: oneOf('NonIndexed', 'Indexed'),
      completions: AT_LEAST_0,
      parallelism: AT_LEAST_0,
      ttlSecondsAfterFinished: AT_LEAST_0,
    },
    validations: [
      ...template,
      mounted,
      {
        rule: "has(self.template.spec.restartPolicy) && self.template.spec.restartPolicy in ['OnFailure', 'Never']",
        message: 'must be OnFailure or Never',
        fieldPath: '.template.spec.restartPolicy',
      },
    ],
  },
  'batch.v1.CronJob': { required: ['spec'] },
  'batch.v1.CronJobSpec': {
    properties: { schedule: { minLength: 1 }, concurrencyPolicy: oneOf('Allow', 'Forbid', 'Replace') },
  },
  'policy.v1.PodDisruptionBudgetSpec': {
    properties: {
      maxUnavailable: COUNT_OR_PERCENT,
      minAvailable: COUNT_OR_PERCENT,
      unhealthyPodEvictionPolicy: oneOf('AlwaysAllow', 'IfHealthyBudget'),
    },
    validations: [
      {
        rule: '!has(self.minAvailable) || !has(self.maxUnavailable)',
        message: 'minAvailable and maxUnavailable exclude each other',
      },
    ],
  },
  // A value that is not written is 0.
  'scheduling.v1.PriorityClass': {
    optional: ['value'],
    properties: {
      value: { maximum: 1_000_000_000 },
      preemptionPolicy: oneOf('PreemptLowerPriority', 'Never'),
    },
  },
  'autoscaling.v2.HorizontalPodAutoscaler': { required: ['spec'] },
  'autoscaling.v2.HorizontalPodAutoscalerSpec': {
    properties: { maxReplicas: { minimum: 1 }, minReplicas: { minimum: 1 } },
    validations: [
      {
        rule: '!has(self.minReplicas) || self.minReplicas <= self.maxReplicas',
        message: 'must not be less than minReplicas',
        fieldPath: '.maxReplicas',
      },
    ],
  },
  'meta.v1.LabelSelector': { properties: { matchLabels: { 'x-label-map': true } } },
  'meta.v1.LabelSelectorRequirement': {
    properties: { key: QUALIFIED, operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist') },
    validations: [
      {
        rule: "(self.operator in ['In', 'NotIn']) == (has(self.values) && self.values.size() > 0)",
        message: 'In and NotIn need values, Exists and DoesNotExist must have none',
        fieldPath: '.values',
      },
    ],
  },
};
