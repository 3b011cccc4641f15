import type { Static } from '@sinclair/typebox';
import { EXPECTED_REQUEST } from '../plan/capacity';
import { identity } from './gateway-identity';
import { telemetry } from './gateway-telemetry';
import { computed, cpu, duration, flag, integer, map, memory, optional, secretName } from './keywords';
import type { Parsed } from './parsed';

/** A whole number, because Envoy Gateway takes no decimals, and a unit, because nobody reads bytes. */
const MEMORY = { pattern: '^[1-9][0-9]{0,5}([KMG]i|[kMG])$' };

/** How the gateway is written. */
export const gateway = map(
  {
    title: 'Gateway',
    description: 'Envoy AI Gateway in front of the models.',
    default: {},
  },
  {
    cpu: cpu({
      title: 'CPU',
      description: 'Whole CPUs of one Envoy: its request, its limit and the number of its workers.',
      minimum: 1,
      // More than any node has; the pattern ends there too.
      maximum: 9999,
      pattern: '^[1-9][0-9]{0,3}(000m)?$',
      default: 4,
      'x-allowed': 'a whole number of CPUs',
      'x-why': 'Envoy runs one worker per CPU and with a fraction the kernel throttles all of them',
    }),
    memory: memory({
      ...MEMORY,
      title: 'Memory',
      description:
        'Memory of one Envoy, and of the external processor beside it. With expectedRequestSize it decides how many requests run at once.',
      default: '4Gi',
      'x-allowed': 'a whole amount of memory such as 512Mi or 4Gi',
    }),
    replicas: computed(
      integer({
        title: 'Replicas',
        description:
          'Number of Envoy replicas. Default: 2 for an existing cluster, 1 for the embedded datacenter.',
        minimum: 1,
        'x-allowed': 'a whole number of Envoys, 1 or more',
      }),
    ),
    bufferLimit: memory({
      ...MEMORY,
      title: 'Buffer limit',
      description:
        'Largest request, and largest answer that is not streamed; from 1Mi to 50Mi. A larger request is answered with 413. Of large requests, those of 1 MB and more by default, as many run at once as a quarter of the memory carries at half of this size each: the smaller it is, the more.',
      default: '50Mi',
      'x-allowed': 'a whole amount of memory such as 20Mi',
    }),
    expectedRequestSize: memory({
      ...MEMORY,
      title: 'Expected size of requests',
      description:
        'Size of a usual request, its whole conversation included; at most bufferLimit. As many requests run at once as memory carries of this size; more are answered with 503 and Retry-After.',
      default: `${EXPECTED_REQUEST}`,
      'x-allowed': 'a whole amount of memory such as 64Ki',
    }),
    listener: map(
      {
        title: 'Listener',
        description: 'Where clients connect.',
        default: {},
      },
      {
        port: computed(
          integer({
            title: 'Port',
            description: 'TCP port. Default: 80, with tls 443; 10080 and 10443 in the embedded datacenter.',
            minimum: 1,
            maximum: 65535,
            'x-allowed': 'a TCP port, from 1 to 65535',
          }),
        ),
        tls: optional(
          map(
            {
              title: 'TLS',
              description:
                'Certificate that clients see, for HTTP/2 and HTTP/1.1. Default: none, plain HTTP.',
            },
            {
              certificateSecret: secretName(
                'Certificate secret',
                'Name of the Pulumi secret that holds the certificate chain as PEM.',
                'gateway-certificate',
              ),
              keySecret: secretName(
                'Key secret',
                'Name of the Pulumi secret that holds the private key as PEM.',
                'gateway-key',
              ),
            },
          ),
        ),
      },
    ),
    requestTimeout: duration({
      title: 'Request timeout',
      description:
        'Longest time that one answer may take, its last streamed token included. Draining follows it.',
      default: '10m',
    }),
    identity,
    retry: map(
      {
        title: 'Retries',
        description: 'How failed attempts are retried, for routes with a fallback or several models.',
        default: {},
      },
      {
        attempts: integer({
          title: 'Attempts',
          description: 'Number of attempts after the first; 0 for none.',
          minimum: 0,
          maximum: 10,
          default: 2,
          'x-allowed': 'a whole number of attempts, from 0 to 10',
        }),
        perTryTimeout: computed(
          duration({
            title: 'Timeout of an attempt',
            description:
              'How long one attempt may take until the next. Default: requestTimeout, because a slow answer is no failure.',
          }),
        ),
      },
    ),
    limiter: map(
      {
        title: 'Limiter',
        description: 'The service that counts tokens for all Envoys together.',
        default: {},
      },
      {
        failClosed: flag({
          title: 'Fail closed',
          description:
            'Whether requests with a token budget are refused while the limiter is away; otherwise they pass uncounted.',
          default: false,
        }),
      },
    ),
    ...telemetry,
  },
);

export type GatewayDocument = Static<typeof gateway>;

export type GatewaySettings = Parsed<typeof gateway>;

/** The source of the workload identity of a request. */
export type Identity = GatewaySettings['identity'];

/** Spans over OTLP. */
export type Tracing = NonNullable<GatewaySettings['tracing']>;

/** What writes the calls into the ledger. */
export type LedgerCollector = NonNullable<GatewaySettings['ledger']>;
