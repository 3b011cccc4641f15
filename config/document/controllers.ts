import type { Static } from '@sinclair/typebox';
import { AI_GATEWAY_VERSIONS } from '../gates';
import { computed, flag, integer, map, optional, text, words } from './keywords';
import type { Parsed } from './parsed';

/** How the controllers are written. */
export const controllers = map(
  {
    title: 'Controllers',
    description: 'Envoy Gateway, the AI Gateway controller and the Redis that token budgets are counted in.',
    default: {},
    dependencies: { redisPasswordSecret: ['redisUrl'] },
  },
  {
    install: computed(
      flag({
        title: 'Install',
        description:
          'Whether the platform installs them by their Helm charts. Default: true for an existing cluster, false for the embedded datacenter, which runs them as processes of its own.',
      }),
    ),
    aiGatewayVersion: words(AI_GATEWAY_VERSIONS, {
      title: 'AI Gateway version',
      description:
        'Version of the AI Gateway controller and its external processor. The CRDs are those of 1.0.0, which 1.1.0 supports.',
      default: '1.0.0',
      'x-allowed': 'a version that this platform is made for',
    }),
    replicas: computed(
      integer({
        title: 'Replicas',
        description:
          'Number of replicas of each controller and of the rate-limit service. Default: 2 for an existing cluster, 1 for the embedded datacenter.',
        minimum: 1,
        'x-allowed': 'a whole number of replicas, 1 or more',
      }),
    ),
    redisUrl: optional(
      text({
        title: 'Redis',
        description: "An existing Redis for token budgets. Default: one of the platform's own.",
        pattern: '^rediss?://[^\\s@/?#]+:[0-9]{1,5}$',
        'x-allowed': 'a URL such as rediss://redis.example.com:6379',
        'x-why': 'it is written where everybody reads it, so a password goes into redisPasswordSecret',
        'x-withhold': true,
      }),
    ),
    redisPasswordSecret: optional(
      text({
        title: 'Secret with the password of Redis',
        description: 'Name of the Pulumi secret with the password. Default: Redis requires no password.',
        minLength: 1,
        'x-allowed': 'the name of a Pulumi secret',
      }),
    ),
    mcpSeedSecret: optional(
      text({
        title: 'Secret with the seed of MCP sessions',
        description:
          "Name of the Pulumi secret with a long random text, from which session ids are encrypted. Default: the chart's, which everybody knows.",
        minLength: 1,
        'x-allowed': 'the name of a Pulumi secret',
        'x-why': 'with the seed that the chart brings anybody can read and forge session ids',
      }),
    ),
  },
);

export type ControllersDocument = Static<typeof controllers>;

/** Envoy Gateway, the AI Gateway controller and the limiter's Redis. */
export type Controllers = Parsed<typeof controllers>;
