import type { Static } from '@sinclair/typebox';
import { dcgmExporter } from './dcgm-exporter';
import { computed, duration, map, mapOf, text, words } from './keywords';
import type { Parsed } from './parsed';
import { prometheus } from './prometheus';

/** How it is written what is observed, and how it is shown. */
export const observability = map(
  {
    title: 'Observability',
    description: 'Metrics of the gateway, the model servers and the GPUs.',
    default: {},
  },
  {
    scrapeInterval: duration({
      title: 'Scrape interval',
      description: 'How often Prometheus reads every target.',
      default: '15s',
    }),
    labels: mapOf(
      text({
        title: 'Value',
        description: 'Value of the label.',
        pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$',
        'x-allowed': 'the value of a label: letters, digits, -, _ and ., at most 63',
      }),
      {
        title: 'Labels',
        description:
          'Labels of every PodMonitor and PrometheusRule, by which a Prometheus that is there picks them up: { release: kube-prometheus-stack }.',
        default: {},
        propertyNames: {
          pattern: '^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$',
          'x-allowed': 'the name of a label, such as release',
        },
        'x-allowed': 'a map of labels',
      },
    ),
    prometheus,
    dcgmExporter,
    runbooks: text({
      title: 'Runbooks',
      description:
        'Where the pages about the alerts are: runbook_url of every alert begins with it. The default is the folder of this package; set it to the address at which your team reads them.',
      pattern: '^[!-~]+[^/]$',
      default: 'docs/runbooks',
      'x-allowed': 'a URL or a path without a slash at its end, such as https://wiki.example.com/runbooks',
    }),
    dashboards: computed(
      words(['none', 'grafana', 'perses'], {
        title: 'Dashboards',
        description:
          "For which program the dashboards are objects of the platform: ConfigMaps with the label of Grafana's sidecar, objects of the operator of Perses, or none. Default: grafana for an existing cluster and on VKS, where ConfigMaps need no definition and do nothing without Grafana; none for the embedded datacenter, whose dashboards vcf-ai local dashboards serves.",
        'x-allowed': 'a program that shows dashboards, or none',
      }),
    ),
  },
);

export type ObservabilityDocument = Static<typeof observability>;

export type Observability = Parsed<typeof observability>;

/** Which Prometheus scrapes the platform. */
export type PrometheusSettings = Observability['prometheus'];

/** Where the metrics of GPUs come from. */
export type DcgmExporterSettings = Observability['dcgmExporter'];
