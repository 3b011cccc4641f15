import {
  type Additions,
  AT_LEAST_0,
  exactlyOne,
  LABEL,
  NAMED_PORT,
  oneOf,
  PORT,
  PRESENT,
  QUALIFIED,
  SUBDOMAIN,
} from './addition';

const KEY = { minLength: 1, maxLength: 253, pattern: '^[-._a-zA-Z0-9]+$' };
const NAME = { ...SUBDOMAIN };
const MODE = { minimum: 0, maximum: 0o777 };
const ID = { minimum: 0, maximum: 2 ** 31 - 1 };
const PROTOCOL = { default: 'TCP', ...oneOf('TCP', 'UDP', 'SCTP') };

const container = {
  required: ['image'],
  properties: {
    name: LABEL,
    image: PRESENT,
    imagePullPolicy: oneOf('Always', 'IfNotPresent', 'Never'),
    terminationMessagePolicy: oneOf('File', 'FallbackToLogsOnError'),
  },
};

const handlers = ['exec', 'httpGet', 'tcpSocket'];

/** Pods and what they are made of. */
export const PODS: Additions = {
  'core.v1.Container': container,
  'core.v1.EphemeralContainer': container,
  'core.v1.ContainerPort': {
    properties: {
      containerPort: PORT,
      hostPort: { ...PORT, minimum: 0 },
      protocol: PROTOCOL,
      name: NAMED_PORT,
    },
  },
  'core.v1.EnvVar': {
    properties: { name: { pattern: '^[ -<>-~]+$' } },
    validations: [
      {
        rule: "!has(self.valueFrom) || !has(self.value) || self.value == ''",
        message: 'value and valueFrom exclude each other',
      },
    ],
  },
  'core.v1.EnvVarSource': {
    validations: [
      exactlyOne('fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'),
    ],
  },
  'core.v1.ConfigMapKeySelector': { required: ['name'], properties: { name: NAME, key: KEY } },
  'core.v1.SecretKeySelector': { required: ['name'], properties: { name: NAME, key: KEY } },
  'core.v1.ConfigMapEnvSource': { required: ['name'], properties: { name: NAME } },
  'core.v1.SecretEnvSource': { required: ['name'], properties: { name: NAME } },
  'core.v1.EnvFromSource': { validations: [exactlyOne('configMapRef', 'secretRef')] },
  'core.v1.VolumeMount': {
    properties: {
      name: PRESENT,
      mountPath: PRESENT,
      mountPropagation: oneOf('None', 'HostToContainer', 'Bidirectional'),
    },
  },
  // A name, and what it is the name of: an empty directory where nothing is said.
  'core.v1.Volume': { properties: { name: LABEL }, keywords: { maxProperties: 2 } },
  'core.v1.EmptyDirVolumeSource': {
    validations: [
      {
        rule: '!has(self.sizeLimit) || quantity(string(self.sizeLimit)).sign() >= 0',
        message: 'must not be negative',
        fieldPath: '.sizeLimit',
      },
    ],
  },
  'core.v1.HostPathVolumeSource': { properties: { path: PRESENT } },
  'core.v1.ConfigMapVolumeSource': { required: ['name'], properties: { name: PRESENT, defaultMode: MODE } },
  'core.v1.SecretVolumeSource': {
    required: ['secretName'],
    properties: { secretName: PRESENT, defaultMode: MODE },
  },
  'core.v1.ProjectedVolumeSource': { properties: { defaultMode: MODE } },
  'core.v1.KeyToPath': { properties: { key: PRESENT, path: PRESENT, mode: MODE } },
  'core.v1.PersistentVolumeClaimVolumeSource': { properties: { claimName: PRESENT } },
  'core.v1.Probe': {
    properties: {
      initialDelaySeconds: AT_LEAST_0,
      timeoutSeconds: AT_LEAST_0,
      periodSeconds: AT_LEAST_0,
      successThreshold: AT_LEAST_0,
      failureThreshold: AT_LEAST_0,
      terminationGracePeriodSeconds: { minimum: 1 },
    },
    validations: [exactlyOne(...handlers, 'grpc')],
  },
  'core.v1.LifecycleHandler': { validations: [exactlyOne(...handlers, 'sleep')] },
  'core.v1.SleepAction': { properties: { seconds: AT_LEAST_0 } },
  'core.v1.HTTPGetAction': { properties: { port: NAMED_PORT, scheme: oneOf('HTTP', 'HTTPS') } },
  'core.v1.TCPSocketAction': { properties: { port: NAMED_PORT } },
  'core.v1.GRPCAction': { properties: { port: PORT } },
  'core.v1.ExecAction': { required: ['command'], properties: { command: { minItems: 1 } } },
  'core.v1.ResourceRequirements': {
    validations: ['limits', 'requests']
      .flatMap((field) => [
        {
          rule: `!has(self.${field}) || self.${field}.all(name, quantity(string(self.${field}[name])).sign() >= 0)`,
          message: 'must not be negative',
          fieldPath: `.${field}`,
        },
        {
          rule:
            `!has(self.${field}) || self.${field}.all(name, name in ['cpu', 'memory', 'ephemeral-storage'] || ` +
            `name.startsWith('hugepages-') || name.contains('/'))`,
          message:
            'the name of a resource must be cpu, memory, ephemeral-storage or hugepages-…, or have a domain prefix',
          fieldPath: `.${field}`,
        },
      ])
      .concat({
        rule:
          '!has(self.limits) || !has(self.requests) || self.requests.all(name, !(name in self.limits) || ' +
          'quantity(string(self.requests[name])).compareTo(quantity(string(self.limits[name]))) <= 0)',
        message: 'must be less than or equal to the limit',
        fieldPath: '.requests',
      }),
  },
  'core.v1.PodSpec': {
    properties: {
      containers: { minItems: 1 },
      restartPolicy: oneOf('Always', 'OnFailure', 'Never'),
      dnsPolicy: oneOf('ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'),
      activeDeadlineSeconds: { minimum: 1 },
      serviceAccountName: SUBDOMAIN,
      priorityClassName: SUBDOMAIN,
      hostname: LABEL,
      subdomain: LABEL,
      nodeSelector: { 'x-label-map': true },
      preemptionPolicy: oneOf('PreemptLowerPriority', 'Never'),
    },
  },
  'core.v1.PodSecurityContext': {
    properties: {
      runAsUser: ID,
      runAsGroup: ID,
      fsGroup: ID,
      fsGroupChangePolicy: oneOf('Always', 'OnRootMismatch'),
      supplementalGroupsPolicy: oneOf('Merge', 'Strict'),
    },
  },
  'core.v1.SecurityContext': {
    properties: { runAsUser: ID, runAsGroup: ID, procMount: oneOf('Default', 'Unmasked') },
    validations: [
      {
        rule: '!(has(self.privileged) && self.privileged && has(self.allowPrivilegeEscalation) && !self.allowPrivilegeEscalation)',
        message: 'a privileged container can always escalate its privileges',
        fieldPath: '.allowPrivilegeEscalation',
      },
    ],
  },
  'core.v1.SeccompProfile': {
    properties: { type: oneOf('Localhost', 'RuntimeDefault', 'Unconfined') },
    validations: [
      {
        rule: "(self.type == 'Localhost') == has(self.localhostProfile)",
        message: 'localhostProfile must be set with type Localhost, and only then',
        fieldPath: '.localhostProfile',
      },
    ],
  },
  'core.v1.Toleration': {
    properties: {
      key: QUALIFIED,
      operator: oneOf('', 'Exists', 'Equal'),
      effect: oneOf('', 'NoSchedule', 'PreferNoSchedule', 'NoExecute'),
    },
    validations: [
      {
        rule: "(has(self.key) && self.key != '') || (has(self.operator) && self.operator == 'Exists')",
        message: 'without a key the operator must be Exists, which tolerates every taint',
        fieldPath: '.operator',
      },
      {
        rule: "!has(self.operator) || self.operator != 'Exists' || !has(self.value) || self.value == ''",
        message: 'must be empty when the operator is Exists',
        fieldPath: '.value',
      },
      {
        rule: "!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
        message: 'is allowed with the effect NoExecute only',
        fieldPath: '.tolerationSeconds',
      },
    ],
  },
  'core.v1.TopologySpreadConstraint': {
    properties: {
      maxSkew: { minimum: 1 },
      minDomains: { minimum: 1 },
      topologyKey: PRESENT,
      whenUnsatisfiable: oneOf('DoNotSchedule', 'ScheduleAnyway'),
      nodeAffinityPolicy: oneOf('Honor', 'Ignore'),
      nodeTaintsPolicy: oneOf('Honor', 'Ignore'),
    },
  },
  'core.v1.PodAffinityTerm': { properties: { topologyKey: { minLength: 1, ...QUALIFIED } } },
  'core.v1.WeightedPodAffinityTerm': { properties: { weight: { minimum: 1, maximum: 100 } } },
  'core.v1.PreferredSchedulingTerm': { properties: { weight: { minimum: 1, maximum: 100 } } },
  'core.v1.NodeSelectorRequirement': {
    properties: { key: QUALIFIED, operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt') },
  },
  'core.v1.NodeSelector': { properties: { nodeSelectorTerms: { minItems: 1 } } },
};
