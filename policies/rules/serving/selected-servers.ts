import { isMisspelt } from '../../../base/text';
import type { Bundle } from '../../bundle';
import { apiVersionOf, type RuleKinds } from '../../kinds';
import { serversAt } from '../../model-servers';
import { podsAt } from '../../pods';
import { defineRule } from '../../rule';
import { SCALABLE, scalersOf } from '../../scaling';
import { selects } from '../../selectors';
import { suggest } from '../../suggest';
import { SERVER } from './samples';

const SERVICE = 'service/ai/oss';

const selecting = (selector: object) => ({
  [SERVER]: { spec: { template: { metadata: { labels: { app: 'oss', model: 'oss' } } } } },
  [SERVICE]: { spec: { selector: { app: null, ...selector } } },
});

export const selectedServers = defineRule({
  id: 'S47',
  title: 'a Service for model servers selects them',
  effect: 'failing',
  why:
    'A Service sends requests to pods that have all labels of its selector. Where one of them differs it has no endpoints, ' +
    'and every connection is refused, without a word in its status.',
  source: 'Kubernetes, Service, selectors; vllm-project/production-stack, service discovery',
  fix: 'use the labels of the pods in spec.selector',
  area: 'serving',
  scope: 'graph',
  kinds: ['Service'],
  fields: [`${SERVER} /spec/template/metadata/labels`],
  good: [
    { shows: 'some of the labels', change: selecting({ model: 'oss' }) },
    {
      shows: 'pods of another repository',
      change: {
        'service/ai/site': {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { namespace: 'ai', name: 'site' },
          spec: { selector: { app: 'frontend' }, ports: [{ port: 80 }] },
        },
      },
    },
    {
      shows: 'a label that a controller adds',
      change: selecting({ app: 'oss', 'apps.kubernetes.io/pod-index': '0' }),
    },
  ],
  bad: [
    {
      shows: 'one label of two that differs',
      change: selecting({ app: 'oss', model: 'gpt' }),
      finds: [`${SERVICE} /spec/selector`],
    },
    {
      shows: 'a longer one',
      change: selecting({ app: 'oss', tier: 'llm' }),
      finds: [`${SERVICE} /spec/selector`],
    },
  ],
  check(all, one) {
    const { selector } = one.spec ?? {};
    const namespace = one.metadata?.namespace ?? '';
    const wanted = Object.entries(selector ?? {}).filter(([key]) => !IS_ADDED.test(key));
    if (wanted.length === 0 || Object.keys(selector ?? {}).some((key) => IS_ADDED.test(key))) return [];
    if (podsAt(all, namespace).some(({ labels }) => selects(selector, labels))) return [];
    for (const { labels, object } of serversAt(all, namespace)) {
      const other = wanted.filter(([key, value]) => labels[key] !== value);
      const isNear = wanted.length > other.length || other.some(([key, value]) => isTypo(value, labels[key]));
      const isOnly = other.length === 1 || wanted.length > other.length;
      const [key = '', value = ''] = other[0] ?? [];
      const isNamesake = object.metadata?.name === one.metadata?.name;
      if (!isNamesake && (!isNear || !isOnly || mayBeOthers(all, one, labels))) continue;
      const has = labels[key] === undefined ? `have no label ${key}` : `have ${key}: ${labels[key]}`;
      return [
        {
          pointer: '/spec/selector',
          value: selector,
          problem: `selects no pods: it wants ${key}: ${value}, and those of ${object.metadata?.name} ${has}`,
        },
      ];
    }
    return [];
  },
});

const isTypo = (value: string, label: string | undefined) =>
  label !== undefined && label.length > 3 && isMisspelt(value, [label]);

/** Labels that controllers put on pods, and templates do not have. */
const IS_ADDED =
  /^(?:leaderworkerset\.sigs\.k8s\.io|apps\.kubernetes\.io|statefulset\.kubernetes\.io|ray\.io|serving\.kserve\.io|disaggregatedset\.x-k8s\.io)\/|^(?:pod-template-hash|controller-revision-hash|isvc\..*|role)$/;

/** Labels in common that many workloads of a chart have: another part of it may be elsewhere. */
function mayBeOthers(
  all: Bundle,
  one: RuleKinds['Service'],
  labels: Readonly<Record<string, string>>,
): boolean {
  const { selector = {} } = one.spec ?? {};
  const common = Object.keys(selector).filter((key) => labels[key] === selector[key]);
  const isOfChart = common.length > 0 && common.every((key) => OF_CHARTS.test(key));
  const differs = Object.keys(selector).some((key) => OF_PARTS.test(key) && labels[key] !== selector[key]);
  // A Service that another one in the bundle replaces is no mistake of this server.
  const isServed = all
    .ofKind('Service', one.metadata?.namespace ?? '')
    .some((each) => each !== one && selects(each.spec?.selector, labels));
  return isOfChart || differs || isServed;
}

const OF_CHARTS =
  /^(?:app\.kubernetes\.io\/(?:instance|part-of|managed-by|version)|helm\.sh\/.*|release|environment|part-of|team|tier|llm-d\.ai\/guide)$/;

const OF_PARTS = /(?:^|\/)(?:component|role)$/;

const SCALER = 'horizontalpodautoscaler/ai/oss';

const scaling = (name: string) => ({
  [SERVER]: { spec: { replicas: null } },
  'persistentvolumeclaim/ai/oss': { spec: { accessModes: ['ReadWriteMany'] } },
  [SCALER]: {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { namespace: 'ai', name: 'oss' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: 1,
      maxReplicas: 2,
      metrics: [
        {
          type: 'External',
          external: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '5' } },
        },
      ],
    },
  },
});

export const scaleTarget = defineRule({
  id: 'S48',
  title: 'what an autoscaler scales exists',
  effect: 'ineffective',
  why: 'An autoscaler whose target has another name or kind only says so in its status, and nothing is scaled.',
  source: 'Kubernetes, horizontal pod autoscaling; kedacore/keda, pkg/scaling/resolver (FailedGetScale)',
  fix: 'use the kind and the name of the workload',
  area: 'serving',
  scope: 'graph',
  kinds: ['HorizontalPodAutoscaler', 'ScaledObject'],
  good: [
    { shows: 'the name of the Deployment', change: scaling('oss') },
    { shows: 'a workload of another repository', change: scaling('elsewhere') },
  ],
  bad: [
    {
      shows: 'a name that nothing has',
      change: scaling('oss-server'),
      finds: [`${SCALER} /spec/scaleTargetRef/name`],
    },
  ],
  check(all, one) {
    const { kind = 'Deployment', name = '' } = one.spec?.scaleTargetRef ?? {};
    const kinds = SCALABLE.filter((each) => each === kind);
    const namespace = one.metadata?.namespace ?? '';
    const names = kinds.flatMap((each) =>
      all.ofKind(each, namespace).map(({ metadata }) => metadata?.name ?? ''),
    );
    if (kinds.length === 0 || names.includes(name)) return [];
    const fix = suggest(name, names);
    const sameName = SCALABLE.find((each) =>
      all.ofKind(each, namespace).some(({ metadata }) => metadata?.name === name),
    );
    const scaled = sameName && {
      apiVersion: apiVersionOf(sameName),
      kind: sameName,
      metadata: { namespace, name },
    };
    const isOther = scaled !== undefined && scalersOf(all, scaled).length === 0;
    const [only, ...others] = names;
    const isNear = only !== undefined && others.length === 0 && (only.includes(name) || name.includes(only));
    // Any other may be in another repository.
    if (!isOther && !isNear && !isMisspelt(name, names)) return [];
    return [
      {
        pointer: '/spec/scaleTargetRef/name',
        value: name,
        problem:
          sameName === undefined ? `there is no ${kind} ${name}` : `${name} is a ${sameName}, and no ${kind}`,
        ...(fix && { fix }),
      },
    ];
  },
});
