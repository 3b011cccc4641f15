import { LABEL_PATTERN } from '../names';
import { PLATFORM_KEY } from '../project';
import { cluster } from './cluster';
import { controllers } from './controllers';
import { gateway } from './gateway';
import { DURATION, map, type Schema } from './keywords';
import { layers } from './layers';
import { mcp } from './mcp';
import { model } from './model';
import { policies } from './policies';
import { workload } from './workload';

export type { Schema } from './keywords';

/** Draft 7, because that is what editors' YAML support understands throughout. */
const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** JSON Schema (draft 7) of the platform document. */
export const platformSchema: Schema = map({
  $schema: DRAFT,
  title: 'AI platform',
  description: 'Models, the workloads that call them, and the gateway between.',
  'x-allowed': 'a platform document, a map with cluster, models and workloads',
  required: ['cluster', 'models', 'workloads'],
  properties: {
    cluster,
    models: {
      title: 'Models',
      description: 'Models by the name that clients ask for.',
      type: 'object',
      minProperties: 1,
      propertyNames: { pattern: LABEL_PATTERN },
      additionalProperties: model,
      'x-allowed': 'a map of models by name, with one at least',
    },
    workloads: {
      title: 'Workloads',
      description: 'Workloads by the value of their identity header.',
      type: 'object',
      minProperties: 1,
      propertyNames: { pattern: LABEL_PATTERN },
      additionalProperties: workload,
      'x-allowed': 'a map of workloads by name, with one at least',
    },
    gateway,
    mcp,
    ...layers,
    protect: {
      title: 'Protect',
      description:
        'Whether pulumi refuses to delete the Cluster and the volumes with weights of models, and whatever would replace them; pulumi destroy then deletes nothing at all. Default: true with cluster.vks, else false.',
      type: 'boolean',
      'x-allowed': 'true or false',
    },
    controllers,
    policies,
    observability: map({
      title: 'Observability',
      description: 'Metrics of the gateway, the model servers and the GPUs.',
      default: {},
      properties: {
        scrapeInterval: {
          ...DURATION,
          title: 'Scrape interval',
          description: 'How often Prometheus reads every target.',
          default: '15s',
        },
      },
    }),
  },
});

/**
 * JSON Schema (draft 7) of a whole stack file, for editors: it judges the platform document and nothing else.
 */
export const stackFileSchema: Schema = {
  $schema: DRAFT,
  title: 'Pulumi stack file of an AI platform',
  type: 'object',
  properties: { config: { type: 'object', properties: { [PLATFORM_KEY]: platformSchema } } },
};
