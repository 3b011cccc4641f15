import { flag, integer, map, mapOf, optional, text, url } from './keywords';
import { ledger } from './ledger-collector';

/** How it is written what the gateway tells about requests: log, spans, labels. */
export const telemetry = {
  accessLog: flag({
    title: 'Access log',
    description:
      'One JSON line on standard output of Envoy for each request: workload, tenant, models, tokens, times. It holds no prompt and no credential.',
    default: true,
  }),
  tracing: optional(
    map(
      {
        title: 'Tracing',
        description: 'Spans of Envoy and of the external processor over OTLP. Default: none.',
      },
      {
        url: url({
          title: 'Collector',
          description: 'URL of the OTLP collector, gRPC, with its port and without a path.',
          'x-allowed':
            'the URL of an OTLP collector, such as http://collector.observability.svc.cluster.local:4317',
        }),
        samplingPercent: integer({
          title: 'Sampling',
          description: 'Percent of the requests that are traced.',
          minimum: 1,
          maximum: 100,
          default: 10,
          'x-allowed': 'a whole percentage, from 1 to 100',
          'x-why': 'without tracing leave the map out',
        }),
        prompts: flag({
          title: 'Prompts in spans',
          description: 'Whether spans hold prompts and answers, for everybody who may read traces.',
          default: false,
        }),
      },
    ),
  ),
  ledger,
  metricLabels: mapOf(
    text({
      title: 'Header',
      description: 'Name of the request header, in lower case.',
      pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
      'x-allowed': 'the name of a header in lower case, such as x-team',
    }),
    {
      title: 'Metric labels',
      description:
        'Request headers as labels of the token metrics, header by label: { team: x-team }. The identity headers always are labels. Every value of such a header is a time series of its own, so name headers that something trusted sets. Gateway pods take a changed map when they are replaced.',
      default: {},
      propertyNames: {
        pattern: '^[a-z_][a-z0-9_]{0,62}$',
        'x-allowed': 'a label: lower-case letters, digits and _, such as team',
      },
      'x-allowed': 'a map of headers by label',
    },
  ),
};
