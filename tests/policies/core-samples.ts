import { applyPatch, type Operation } from 'fast-json-patch';
import type { Manifest } from '../../policies';
import { ADDITIONS } from '../../policies/core/additions';
import { escaped, select } from '../../policies/pointer';
import type { Structural } from '../../policies/structural';

/** An object of a built-in kind that the API server refuses, and the field for which it does. */
export interface CoreSample {
  /** The definition whose addition is shown: `core.v1.EnvVar`. */
  readonly definition: string;
  readonly shows: string;
  readonly object: Manifest;
  readonly pointer: string;
}

const LABELS = { app: 'a' };
const SELECTOR = { matchLabels: LABELS };
const requirement = { key: 'app', operator: 'In', values: ['a'] };

const container = {
  name: 'main',
  image: 'docker.io/library/a:1.0',
  imagePullPolicy: 'Always',
  terminationMessagePolicy: 'File',
  ports: [{ name: 'http', containerPort: 80, hostPort: 80, protocol: 'TCP' }],
  env: [
    { name: 'A', value: 'a' },
    { name: 'B', valueFrom: { configMapKeyRef: { name: 'a', key: 'a' } } },
    { name: 'C', valueFrom: { secretKeyRef: { name: 'a', key: 'a' } } },
  ],
  envFrom: [{ configMapRef: { name: 'a' } }, { secretRef: { name: 'a' } }],
  volumeMounts: [{ name: 'empty', mountPath: '/a', mountPropagation: 'None' }],
  resources: { requests: { cpu: '1' }, limits: { cpu: '2' } },
  livenessProbe: {
    httpGet: { port: 80, scheme: 'HTTP' },
    ...{
      initialDelaySeconds: 1,
      timeoutSeconds: 1,
      periodSeconds: 1,
      successThreshold: 1,
      failureThreshold: 1,
    },
    terminationGracePeriodSeconds: 1,
  },
  readinessProbe: { tcpSocket: { port: 80 } },
  startupProbe: { grpc: { port: 80 } },
  lifecycle: { preStop: { sleep: { seconds: 1 } }, postStart: { exec: { command: ['true'] } } },
  securityContext: {
    runAsUser: 1,
    runAsGroup: 1,
    procMount: 'Default',
    allowPrivilegeEscalation: false,
    seccompProfile: { type: 'RuntimeDefault' },
  },
};

const podSpec = {
  containers: [container],
  volumes: [
    { name: 'empty', emptyDir: { sizeLimit: '1Gi' } },
    { name: 'path', hostPath: { path: '/a' } },
    {
      name: 'config',
      configMap: { name: 'a', defaultMode: 420, items: [{ key: 'a', path: 'a', mode: 420 }] },
    },
    { name: 'secret', secret: { secretName: 'a', defaultMode: 420 } },
    { name: 'projected', projected: { defaultMode: 420, sources: [] } },
    { name: 'claim', persistentVolumeClaim: { claimName: 'a' } },
  ],
  restartPolicy: 'Always',
  dnsPolicy: 'Default',
  terminationGracePeriodSeconds: 1,
  serviceAccountName: 'default',
  priorityClassName: 'system-cluster-critical',
  hostname: 'a',
  subdomain: 'a',
  nodeSelector: { a: 'a' },
  preemptionPolicy: 'Never',
  securityContext: {
    ...{ runAsUser: 1, runAsGroup: 1, fsGroup: 1 },
    ...{ fsGroupChangePolicy: 'Always', supplementalGroupsPolicy: 'Merge' },
  },
  tolerations: [
    { key: 'a', operator: 'Equal', value: 'a', effect: 'NoExecute', tolerationSeconds: 1 },
    { operator: 'Exists' },
  ],
  topologySpreadConstraints: [
    {
      ...{ maxSkew: 1, minDomains: 1, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule' },
      ...{ nodeAffinityPolicy: 'Honor', nodeTaintsPolicy: 'Honor', labelSelector: SELECTOR },
    },
  ],
  affinity: {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'a', labelSelector: SELECTOR }],
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, podAffinityTerm: { topologyKey: 'a', labelSelector: SELECTOR } },
      ],
    },
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [requirement] }],
      },
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, preference: { matchExpressions: [requirement] } },
      ],
    },
  },
};

const template = { metadata: { labels: LABELS }, spec: podSpec };
const finite = { ...template, spec: { ...podSpec, restartPolicy: 'Never' } };
const workload = { replicas: 1, minReadySeconds: 1, revisionHistoryLimit: 1, selector: SELECTOR, template };
const { replicas: _, ...onEveryNode } = workload;

function object(apiVersion: string, kind: string, rest: object, cluster = false): Manifest {
  const metadata = { name: 'a', ...(!cluster && { namespace: 'core' }) };
  return Object.assign({ apiVersion, kind, metadata }, rest);
}

/** What a cluster has to have before a Pod may name it. */
const UNASKED = { serviceAccountName: undefined, priorityClassName: undefined, preemptionPolicy: undefined };

/** Sound objects, in which every definition with an addition is found somewhere. */
export const SOUND: Readonly<Record<string, Manifest>> = {
  pod: object('v1', 'Pod', { spec: { ...podSpec, activeDeadlineSeconds: 1, ...UNASKED } }),
  deployment: object('apps/v1', 'Deployment', {
    spec: {
      ...workload,
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '10%' } },
      selector: { ...SELECTOR, matchExpressions: [requirement] },
    },
  }),
  daemonSet: object('apps/v1', 'DaemonSet', { spec: onEveryNode }),
  statefulSet: object('apps/v1', 'StatefulSet', {
    spec: { ...workload, serviceName: 'a', podManagementPolicy: 'Parallel' },
  }),
  job: object('batch/v1', 'Job', {
    spec: {
      ...{ activeDeadlineSeconds: 1, backoffLimit: 1, completions: 1, parallelism: 1 },
      ...{ completionMode: 'NonIndexed', ttlSecondsAfterFinished: 1, template: finite },
    },
  }),
  cronJob: object('batch/v1', 'CronJob', {
    spec: { schedule: '0 0 * * *', concurrencyPolicy: 'Forbid', jobTemplate: { spec: { template: finite } } },
  }),
  budget: object('policy/v1', 'PodDisruptionBudget', {
    spec: { selector: SELECTOR, maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  }),
  otherBudget: object('policy/v1', 'PodDisruptionBudget', {
    spec: { selector: SELECTOR, minAvailable: '50%' },
  }),
  priority: object('scheduling.k8s.io/v1', 'PriorityClass', { value: 1, preemptionPolicy: 'Never' }, true),
  scaler: object('autoscaling/v2', 'HorizontalPodAutoscaler', {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
      ...{ minReplicas: 1, maxReplicas: 2 },
    },
  }),
  configMap: object('v1', 'ConfigMap', { data: { a: 'a' }, binaryData: { b: 'YQ==' } }),
  secret: object('v1', 'Secret', { type: 'Opaque', stringData: { a: 'a' }, data: { b: 'YQ==' } }),
  namespace: object(
    'v1',
    'Namespace',
    { metadata: { name: 'a', labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } } },
    true,
  ),
  claim: object('v1', 'PersistentVolumeClaim', {
    spec: {
      ...{ accessModes: ['ReadWriteOnce'], storageClassName: 'a', volumeMode: 'Filesystem' },
      resources: { requests: { storage: '1Gi' } },
    },
  }),
  service: object('v1', 'Service', {
    spec: {
      ...{ type: 'NodePort', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' },
      ...{ externalTrafficPolicy: 'Cluster', ipFamilyPolicy: 'SingleStack', selector: LABELS },
      ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 80, nodePort: 30_080 }],
    },
  }),
  network: object('networking.k8s.io/v1', 'NetworkPolicy', {
    spec: {
      podSelector: SELECTOR,
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ podSelector: SELECTOR }, { ipBlock: { cidr: '10.0.0.0/8' } }],
          ports: [{ protocol: 'TCP', port: 80, endPort: 90 }],
        },
      ],
    },
  }),
  ingress: object('networking.k8s.io/v1', 'Ingress', {
    spec: {
      defaultBackend: { service: { name: 'a', port: { number: 80 } } },
      rules: [
        {
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'a', port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
  }),
  role: object('rbac.authorization.k8s.io/v1', 'Role', {
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  }),
  binding: object('rbac.authorization.k8s.io/v1', 'RoleBinding', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'a' },
    subjects: [{ kind: 'ServiceAccount', name: 'a', namespace: 'core' }],
  }),
  clusterBinding: object(
    'rbac.authorization.k8s.io/v1',
    'ClusterRoleBinding',
    {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', name: 'a', namespace: 'core' }],
    },
    true,
  ),
  admission: object(
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicy',
    {
      spec: {
        matchConstraints: {
          resourceRules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] },
          ],
        },
        validations: [{ expression: 'true' }],
      },
    },
    true,
  ),
  admissionBinding: object(
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicyBinding',
    { spec: { policyName: 'a', validationActions: ['Deny'] } },
    true,
  ),
  storage: object(
    'storage.k8s.io/v1',
    'StorageClass',
    { provisioner: 'a.example.com', reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
    true,
  ),
};

const POD = '/spec/template/spec';
const MAIN = `${POD}/containers/0`;
const TERM = `${POD}/affinity/podAffinity`;
const NODE = `${POD}/affinity/nodeAffinity`;

/** Where each definition is found: `<object> <pointer>`. */
const WHERE: Readonly<Record<string, string>> = {
  'core.v1.Container': `deployment ${MAIN}`,
  'core.v1.ContainerPort': `deployment ${MAIN}/ports/0`,
  'core.v1.EnvVar': `deployment ${MAIN}/env/0`,
  'core.v1.EnvVarSource': `deployment ${MAIN}/env/1/valueFrom`,
  'core.v1.ConfigMapKeySelector': `deployment ${MAIN}/env/1/valueFrom/configMapKeyRef`,
  'core.v1.SecretKeySelector': `deployment ${MAIN}/env/2/valueFrom/secretKeyRef`,
  'core.v1.EnvFromSource': `deployment ${MAIN}/envFrom/0`,
  'core.v1.ConfigMapEnvSource': `deployment ${MAIN}/envFrom/0/configMapRef`,
  'core.v1.SecretEnvSource': `deployment ${MAIN}/envFrom/1/secretRef`,
  'core.v1.VolumeMount': `deployment ${MAIN}/volumeMounts/0`,
  'core.v1.ResourceRequirements': `deployment ${MAIN}/resources`,
  'core.v1.Probe': `deployment ${MAIN}/livenessProbe`,
  'core.v1.HTTPGetAction': `deployment ${MAIN}/livenessProbe/httpGet`,
  'core.v1.TCPSocketAction': `deployment ${MAIN}/readinessProbe/tcpSocket`,
  'core.v1.GRPCAction': `deployment ${MAIN}/startupProbe/grpc`,
  'core.v1.LifecycleHandler': `deployment ${MAIN}/lifecycle/preStop`,
  'core.v1.SleepAction': `deployment ${MAIN}/lifecycle/preStop/sleep`,
  'core.v1.ExecAction': `deployment ${MAIN}/lifecycle/postStart/exec`,
  'core.v1.SecurityContext': `deployment ${MAIN}/securityContext`,
  'core.v1.SeccompProfile': `deployment ${MAIN}/securityContext/seccompProfile`,
  'core.v1.Volume': `deployment ${POD}/volumes/0`,
  'core.v1.EmptyDirVolumeSource': `deployment ${POD}/volumes/0/emptyDir`,
  'core.v1.HostPathVolumeSource': `deployment ${POD}/volumes/1/hostPath`,
  'core.v1.ConfigMapVolumeSource': `deployment ${POD}/volumes/2/configMap`,
  'core.v1.KeyToPath': `deployment ${POD}/volumes/2/configMap/items/0`,
  'core.v1.SecretVolumeSource': `deployment ${POD}/volumes/3/secret`,
  'core.v1.ProjectedVolumeSource': `deployment ${POD}/volumes/4/projected`,
  'core.v1.PersistentVolumeClaimVolumeSource': `deployment ${POD}/volumes/5/persistentVolumeClaim`,
  'core.v1.PodSpec': 'pod /spec',
  'core.v1.PodSecurityContext': `deployment ${POD}/securityContext`,
  'core.v1.Toleration': `deployment ${POD}/tolerations/0`,
  'core.v1.TopologySpreadConstraint': `deployment ${POD}/topologySpreadConstraints/0`,
  'core.v1.PodAffinityTerm': `deployment ${TERM}/requiredDuringSchedulingIgnoredDuringExecution/0`,
  'core.v1.WeightedPodAffinityTerm': `deployment ${TERM}/preferredDuringSchedulingIgnoredDuringExecution/0`,
  'core.v1.NodeSelector': `deployment ${NODE}/requiredDuringSchedulingIgnoredDuringExecution`,
  'core.v1.NodeSelectorRequirement': `deployment ${NODE}/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchExpressions/0`,
  'core.v1.PreferredSchedulingTerm': `deployment ${NODE}/preferredDuringSchedulingIgnoredDuringExecution/0`,
  'core.v1.Pod': 'pod ',
  'apps.v1.Deployment': 'deployment ',
  'apps.v1.DeploymentSpec': 'deployment /spec',
  'apps.v1.DeploymentStrategy': 'deployment /spec/strategy',
  'apps.v1.RollingUpdateDeployment': 'deployment /spec/strategy/rollingUpdate',
  'apps.v1.DaemonSet': 'daemonSet ',
  'apps.v1.DaemonSetSpec': 'daemonSet /spec',
  'apps.v1.StatefulSet': 'statefulSet ',
  'apps.v1.StatefulSetSpec': 'statefulSet /spec',
  'batch.v1.Job': 'job ',
  'batch.v1.JobSpec': 'job /spec',
  'batch.v1.CronJob': 'cronJob ',
  'batch.v1.CronJobSpec': 'cronJob /spec',
  'policy.v1.PodDisruptionBudgetSpec': 'budget /spec',
  'scheduling.v1.PriorityClass': 'priority ',
  'autoscaling.v2.HorizontalPodAutoscaler': 'scaler ',
  'autoscaling.v2.HorizontalPodAutoscalerSpec': 'scaler /spec',
  'meta.v1.LabelSelector': 'deployment /spec/selector',
  'meta.v1.LabelSelectorRequirement': 'deployment /spec/selector/matchExpressions/0',
  'core.v1.ConfigMap': 'configMap ',
  'core.v1.Secret': 'secret ',
  'core.v1.Namespace': 'namespace ',
  'core.v1.PersistentVolumeClaim': 'claim ',
  'core.v1.PersistentVolumeClaimSpec': 'claim /spec',
  'core.v1.Service': 'service ',
  'core.v1.ServiceSpec': 'service /spec',
  'core.v1.ServicePort': 'service /spec/ports/0',
  'networking.v1.NetworkPolicyPeer': 'network /spec/ingress/0/from/0',
  'networking.v1.NetworkPolicyPort': 'network /spec/ingress/0/ports/0',
  'networking.v1.IPBlock': 'network /spec/ingress/0/from/1/ipBlock',
  'networking.v1.NetworkPolicySpec': 'network /spec',
  'networking.v1.IngressBackend': 'ingress /spec/defaultBackend',
  'networking.v1.HTTPIngressPath': 'ingress /spec/rules/0/http/paths/0',
  'rbac.v1.RoleRef': 'binding /roleRef',
  'rbac.v1.Subject': 'binding /subjects/0',
  'rbac.v1.ClusterRoleBinding': 'clusterBinding ',
  'rbac.v1.PolicyRule': 'role /rules/0',
  'admissionregistration.v1.ValidatingAdmissionPolicy': 'admission ',
  'admissionregistration.v1.ValidatingAdmissionPolicySpec': 'admission /spec',
  'admissionregistration.v1.Validation': 'admission /spec/validations/0',
  'admissionregistration.v1.MatchResources': 'admission /spec/matchConstraints',
  'admissionregistration.v1.NamedRuleWithOperations': 'admission /spec/matchConstraints/resourceRules/0',
  'admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec': 'admissionBinding /spec',
  'storage.v1.StorageClass': 'storage ',
};

/** Definitions that only a request of its own can hold. */
export const ELSEWHERE: ReadonlySet<string> = new Set(['core.v1.EphemeralContainer']);

/** What the API server refuses only for real: a dry run takes no port of a node. */
export const REFUSED_FOR_REAL: ReadonlySet<string> = new Set(['core.v1.ServicePort a wrong nodePort']);

/** A value that keywords do not allow; undefined where they allow any, or only say what a default is. */
function wrong({
  enum: allowed,
  minimum,
  pattern,
  minLength,
  minItems,
  items,
  ...rest
}: Structural): unknown {
  if (Array.isArray(allowed)) return 'Wrong';
  if (typeof minimum === 'number') return minimum - 1;
  if (typeof rest.maximum === 'number') return rest.maximum + 1;
  if (typeof minItems === 'number') return [];
  if (items !== undefined) return ['Wrong'];
  if (pattern !== undefined) return '= ';
  if (minLength !== undefined) return '';
  return rest['x-label-map'] === true ? { a: ' ' } : undefined;
}

function broken(definition: string, path: string, value: unknown, shows: string): CoreSample[] {
  const [name = '', at = ''] = (WHERE[definition] ?? '').split(' ');
  const document = structuredClone(SOUND[name]) as Manifest;
  const pointer = `${at}${path}`;
  const isThere = select(document, pointer).length > 0;
  if (value === undefined && !isThere) return [];
  const operation: Operation =
    value === undefined ? { op: 'remove', path: pointer } : { op: 'add', path: pointer, value };
  applyPatch(document, [operation]);
  return [{ definition, shows, object: document, pointer }];
}

/** For each field that an addition says something of, an object in which the field is not so. */
export const FIELD_SAMPLES: readonly CoreSample[] = Object.entries(ADDITIONS)
  .filter(([definition]) => !ELSEWHERE.has(definition))
  .flatMap(([definition, { required = [], properties = {} }]) => [
    ...required.flatMap((name) => broken(definition, `/${name}`, undefined, `no ${name}`)),
    ...Object.entries(properties).flatMap(([name, keywords]) => {
      const value = wrong(keywords);
      return value === undefined ? [] : broken(definition, `/${escaped(name)}`, value, `a wrong ${name}`);
    }),
  ]);

/** Changes below a definition that break its rules, by the message of the rule, and where that is told. */
const RULES: readonly [definition: string, path: string, value: unknown, at: string][] = [
  ['core.v1.EnvVar', '/valueFrom', { configMapKeyRef: { name: 'a', key: 'a' } }, ''],
  ['core.v1.EnvVarSource', '/secretKeyRef', { name: 'a', key: 'a' }, ''],
  ['core.v1.EnvFromSource', '/secretRef', { name: 'a' }, ''],
  ['core.v1.EmptyDirVolumeSource', '/sizeLimit', '-1Gi', '/sizeLimit'],
  ['core.v1.Probe', '/tcpSocket', { port: 80 }, ''],
  ['core.v1.LifecycleHandler', '/exec', { command: ['true'] }, ''],
  ['core.v1.ResourceRequirements', '/limits', { cpu: '-1' }, '/limits'],
  ['core.v1.ResourceRequirements', '/requests', { cpu: '-1' }, '/requests'],
  ['core.v1.ResourceRequirements', '/limits', { cpu: '2', gpu: '1' }, '/limits'],
  ['core.v1.ResourceRequirements', '/requests', { gpu: '1' }, '/requests'],
  ['core.v1.ResourceRequirements', '/requests', { cpu: '3' }, '/requests'],
  ['core.v1.SecurityContext', '/privileged', true, '/allowPrivilegeEscalation'],
  ['core.v1.SeccompProfile', '/localhostProfile', 'a.json', '/localhostProfile'],
  ['core.v1.Toleration', '/key', '', '/operator'],
  ['core.v1.Toleration', '/operator', 'Exists', '/value'],
  ['core.v1.Toleration', '/effect', 'NoSchedule', '/tolerationSeconds'],
  ['core.v1.Pod', '/spec/volumes', [], '/spec'],
  ['apps.v1.DeploymentSpec', '/template/spec/volumes', [], '/template/spec'],
  ['apps.v1.DeploymentSpec', '/template/spec', undefined, '/template'],
  ['apps.v1.DeploymentSpec', '/selector', {}, '/selector'],
  ['apps.v1.DeploymentSpec', '/template/metadata/labels', { app: 'b' }, '/template/metadata/labels'],
  ['apps.v1.DeploymentSpec', '/template/spec/restartPolicy', 'Never', '/template/spec/restartPolicy'],
  ['apps.v1.DeploymentSpec', '/progressDeadlineSeconds', 1, '/progressDeadlineSeconds'],
  ['apps.v1.DeploymentStrategy', '/type', 'Recreate', '/rollingUpdate'],
  ['apps.v1.RollingUpdateDeployment', '', { maxSurge: 0, maxUnavailable: 0 }, '/maxUnavailable'],
  ['apps.v1.DaemonSetSpec', '/template/spec/volumes', [], '/template/spec'],
  ['apps.v1.DaemonSetSpec', '/template/spec', undefined, '/template'],
  ['apps.v1.DaemonSetSpec', '/selector', {}, '/selector'],
  ['apps.v1.DaemonSetSpec', '/template/metadata/labels', { app: 'b' }, '/template/metadata/labels'],
  ['apps.v1.DaemonSetSpec', '/template/spec/restartPolicy', 'Never', '/template/spec/restartPolicy'],
  ['apps.v1.StatefulSetSpec', '/template/spec', undefined, '/template'],
  ['apps.v1.StatefulSetSpec', '/selector', {}, '/selector'],
  ['apps.v1.StatefulSetSpec', '/template/metadata/labels', { app: 'b' }, '/template/metadata/labels'],
  ['apps.v1.StatefulSetSpec', '/template/spec/restartPolicy', 'Never', '/template/spec/restartPolicy'],
  ['batch.v1.JobSpec', '/template/spec/volumes', [], '/template/spec'],
  ['batch.v1.JobSpec', '/template/spec', undefined, '/template'],
  ['batch.v1.JobSpec', '/template/spec/restartPolicy', 'Always', '/template/spec/restartPolicy'],
  ['policy.v1.PodDisruptionBudgetSpec', '/minAvailable', 1, ''],
  ['autoscaling.v2.HorizontalPodAutoscalerSpec', '/minReplicas', 3, '/maxReplicas'],
  ['meta.v1.LabelSelectorRequirement', '/operator', 'Exists', '/values'],
  ['core.v1.ConfigMap', '/data', { 'a b': 'a' }, '/data'],
  ['core.v1.ConfigMap', '/binaryData', { 'a b': 'YQ==' }, '/binaryData'],
  ['core.v1.ConfigMap', '/data', { b: 'a' }, ''],
  ['core.v1.Secret', '/data', { 'a b': 'YQ==' }, '/data'],
  ['core.v1.Secret', '/stringData', { 'a b': 'a' }, '/stringData'],
  ['core.v1.Secret', '/type', 'kubernetes.io/tls', '/data'],
  ['core.v1.Namespace', '/metadata/name', 'a.b', '/metadata/name'],
  [
    'core.v1.Namespace',
    '/metadata/labels',
    { 'pod-security.kubernetes.io/warn': 'strict' },
    '/metadata/labels',
  ],
  ['core.v1.PersistentVolumeClaimSpec', '/resources', { requests: {} }, '/resources/requests'],
  ['core.v1.PersistentVolumeClaimSpec', '/resources', { requests: { storage: '0' } }, '/resources/requests'],
  ['core.v1.Service', '/metadata/name', '1a', '/metadata/name'],
  ['core.v1.ServiceSpec', '/ports', [], '/ports'],
  ['core.v1.ServiceSpec', '/ports', [{ port: 80 }, { port: 81 }], '/ports'],
  ['core.v1.ServiceSpec', '/clusterIP', '10.0.0', '/clusterIP'],
  ['networking.v1.NetworkPolicyPeer', '', {}, ''],
  ['networking.v1.NetworkPolicyPeer', '/ipBlock', { cidr: '10.0.0.0/8' }, '/ipBlock'],
  ['networking.v1.IPBlock', '/cidr', '10.0.0.0', '/cidr'],
  ['networking.v1.IngressBackend', '/resource', { kind: 'A', name: 'a' }, ''],
  ['rbac.v1.ClusterRoleBinding', '/subjects', [{ kind: 'ServiceAccount', name: 'a' }], '/subjects'],
  ['rbac.v1.Subject', '/name', 'A b', '/name'],
  ['rbac.v1.PolicyRule', '/nonResourceURLs', ['/metrics'], ''],
  ['rbac.v1.PolicyRule', '/apiGroups', [], '/apiGroups'],
  [
    'admissionregistration.v1.ValidatingAdmissionPolicySpec',
    '/validations',
    [{ expression: 'variables.missing' }],
    '/validations',
  ],
  ...(
    [
      ['/validations', { expression: 'two words' }],
      ['/validations', { expression: 'true', messageExpression: 'two words' }],
      ['/matchConditions', { name: 'a', expression: 'two words' }],
      ['/variables', { name: 'a', expression: 'two words' }],
      ['/variables', { name: 'a', expression: 'nobody.name' }],
      ['/validations', { expression: 'object.spec.list.all(one, other == 1)' }],
      ['/variables', { name: 'a', expression: 'variables.later' }],
    ] as const
  ).map(([path, one]): [string, string, unknown, string] => [
    'admissionregistration.v1.ValidatingAdmissionPolicySpec',
    path,
    [one],
    path,
  ]),
];

/** For each rule of an addition, an object that breaks it. */
export const RULE_SAMPLES: readonly CoreSample[] = RULES.flatMap(([definition, path, value, at]) =>
  broken(definition, path, value, `${path || 'the whole'}: ${JSON.stringify(value) ?? 'nothing'}`).map(
    (sample) => ({
      ...sample,
      pointer: `${(WHERE[definition] ?? '').split(' ')[1]}${at}`,
    }),
  ),
);
