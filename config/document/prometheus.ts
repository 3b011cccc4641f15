import { choice, integer, map, memory, optional, secretName, text } from './keywords';

/** Of a Prometheus that the platform makes itself. */
const kept = {
  replicas: integer({
    title: 'Replicas',
    description:
      'Number of replicas of Prometheus, and of Alertmanager. Each replica of Prometheus scrapes every target and has a volume of its own.',
    minimum: 1,
    default: 1,
    'x-allowed': 'a whole number of replicas, 1 or more',
  }),
  retention: text({
    title: 'Retention',
    description:
      'How long samples are kept; a full volume ends it sooner. The default is the longest period of an objective.',
    pattern: '^[1-9][0-9]{0,4}[hdwy]$',
    default: '30d',
    'x-allowed': 'a duration of one unit (h, d, w, y), such as 30d',
  }),
  storage: memory({
    title: 'Storage',
    description:
      'Size of the volume of each replica. Prometheus deletes its oldest samples when four fifths of it are full. A sample takes about two bytes: 20,000 series every 15 s for 30 days are 7 GB.',
    pattern: '^[1-9][0-9]{0,5}([MGT]i|[MGT])$',
    default: '50Gi',
    'x-allowed': 'a whole amount of storage such as 50Gi',
  }),
  storageClass: optional(
    text({
      title: 'Storage class',
      description: "Name of the StorageClass of the volumes. Default: the cluster's default class.",
      minLength: 1,
      'x-allowed': 'the name of a StorageClass',
    }),
  ),
  alertmanagerConfigSecret: optional(
    secretName(
      'Secret with the configuration of Alertmanager',
      'Name of the Pulumi secret with an alertmanager.yaml: who is told about which alert. Default: alerts are shown and sent to nobody.',
      'alertmanager-config',
    ),
  ),
};

/** Which Prometheus scrapes the platform. */
export const prometheus = choice(
  {
    title: 'Prometheus',
    description:
      'Which Prometheus scrapes the platform and evaluates its rules: exactly one of existing, own and kubePrometheusStack.',
    default: { existing: {} },
    'x-allowed': 'a map with existing, own or kubePrometheusStack',
  },
  {
    existing: map(
      {
        title: 'Existing',
        description:
          'A Prometheus of the Prometheus operator that is there already. It picks up the PodMonitors and PrometheusRules by their labels and namespace. {} takes every default.',
      },
      {
        namespace: text({
          title: 'Namespace',
          description:
            'Where its pods run. The NetworkPolicies of the model servers admit the Prometheus of this namespace alone.',
          pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$',
          default: 'ai-observability',
          'x-allowed': 'the name of a namespace, such as monitoring',
        }),
      },
    ),
    own: map(
      {
        title: 'Own',
        description:
          'A Prometheus and an Alertmanager of the platform, as objects of the Prometheus operator in the namespace ai-observability. The operator itself has to be in the cluster. {} takes every default.',
      },
      kept,
    ),
    kubePrometheusStack: map(
      {
        title: 'kube-prometheus-stack',
        description:
          'The chart kube-prometheus-stack in the namespace monitoring: operator, Prometheus, Alertmanager, kube-state-metrics, node exporter and, with a password, Grafana. {} takes every default.',
      },
      {
        ...kept,
        grafanaPasswordSecret: optional(
          secretName(
            'Secret with the password of Grafana',
            'Name of the Pulumi secret with the password of the user admin. Default: Grafana is not installed.',
            'grafana-password',
          ),
        ),
      },
    ),
  },
);
