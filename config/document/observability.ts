import type { Static } from '@sinclair/typebox';
import { duration, map, text } from './keywords';

/** How it is written what watches the platform. */
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
    runbooks: text({
      title: 'Runbooks',
      description:
        'Where the pages about the alerts are: runbook_url of every alert begins with it. The default is the folder of this package; set it to the address at which your team reads them.',
      pattern: '^[!-~]+[^/]$',
      default: 'docs/runbooks',
      'x-allowed': 'a URL or a path without a slash at its end, such as https://wiki.example.com/runbooks',
    }),
  },
);

export type ObservabilityDocument = Static<typeof observability>;
