import type { ApiObject } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { GATEWAY_SYSTEM, type Memory, POD_SIZES } from '../config';
import { type Kinds, plusObject } from './component';
import { restrictedAs } from './pod-security';

/** A collector of calls for the ledger, beside each Envoy. */
export interface LedgerProps {
  /** Image with the command `vcf-ai` as its entry point. */
  readonly image: string;

  /** `postgres://user:password@host:port/database`; it goes into a Secret. */
  readonly database: string;

  /**
   * A `.dockerconfigjson` for the registry of the image; it goes into a Secret.
   *
   * @default - the registry asks for none
   */
  readonly registry?: string;

  /** Disk of the node for records that are not in the ledger yet. */
  readonly buffer: Memory;
}

type Deployment = NonNullable<
  NonNullable<NonNullable<Kinds['EnvoyProxy']['spec']['provider']>['kubernetes']>['envoyDeployment']
>;

/** What a collector adds to the pods of Envoy. */
export interface LedgerPod {
  readonly sidecar: NonNullable<Deployment['initContainers']>[number];
  readonly volumes: NonNullable<NonNullable<Deployment['pod']>['volumes']>;
  readonly imagePullSecrets: NonNullable<NonNullable<Deployment['pod']>['imagePullSecrets']>;
  /** Of Envoy itself. */
  readonly volumeMounts: NonNullable<NonNullable<Deployment['container']>['volumeMounts']>;
}

/** The user that Envoy Gateway runs Envoy as: who renames Envoy's files has to be the same. */
const ENVOY_USER = 65_532;

const FOLDER = '/var/log/envoy';

/** Where Envoy writes what the collector reads. */
export const LEDGER_LOG = `${FOLDER}/access.log`;

/** Small enough to be read again in a second, large enough that Envoy opens a file a few times an hour. */
const ROTATED_SIZE = '64Mi';

/** Envoy's admin interface on the loopback of the pod, IPv6 or not, as Envoy Gateway 1.8 makes it (internal/xds/bootstrap). */
const REOPEN = 'http://localhost:19000/reopen_logs';

const DATABASE_KEY = 'url';

/**
 * The Secrets of a collector, where Envoy Gateway runs the proxies.
 *
 * @param gateway Name of the Gateway, after which they are named.
 */
export function ledgerSecrets(
  scope: Construct,
  gateway: string,
  { database, registry }: Pick<LedgerProps, 'database' | 'registry'>,
): readonly ApiObject[] {
  const names = namesOf(gateway);
  const metadata = { namespace: GATEWAY_SYSTEM };
  return [
    new plus.Secret(scope, 'ledger', {
      metadata: { ...metadata, name: names.database },
      stringData: { [DATABASE_KEY]: database },
    }),
    ...(registry === undefined
      ? []
      : [
          new plus.Secret(scope, 'ledger-registry', {
            metadata: { ...metadata, name: names.registry },
            type: 'kubernetes.io/dockerconfigjson',
            stringData: { '.dockerconfigjson': registry },
          }),
        ]),
  ].map(plusObject);
}

const namesOf = (gateway: string) => ({
  database: `${gateway}-ledger`,
  registry: `${gateway}-ledger-registry`,
});

/**
 * The collector of a pod: `vcf-ai ledger ingest --follow` on the access log that Envoy writes into a volume of the pod.
 *
 * A sidecar rather than a DaemonSet: it needs no folder of the node, so it runs under the Pod Security Standard `restricted`,
 * and Kubernetes ends it after Envoy, so that the last calls of a pod are read. It waits for a database that is away instead
 * of ending: a sidecar that restarts makes its pod unready, and the gateway would go with the database.
 */
export function ledgerPod(gateway: string, { image, buffer, registry }: LedgerProps): LedgerPod {
  const { cpu, memory } = POD_SIZES.ledgerCollector;
  const names = namesOf(gateway);
  const volumeMounts = [{ name: 'access-log', mountPath: FOLDER }];
  return {
    sidecar: {
      name: 'ledger-collector',
      image,
      imagePullPolicy: 'IfNotPresent',
      restartPolicy: 'Always',
      args: [
        ...['ledger', 'ingest', LEDGER_LOG, '--follow', '--retry'],
        ...['--rotate', ROTATED_SIZE, '--reopen', REOPEN],
      ],
      env: [
        {
          name: 'VCF_AI_LEDGER',
          valueFrom: { secretKeyRef: { name: names.database, key: DATABASE_KEY } },
        },
      ],
      resources: {
        requests: { cpu: `${cpu}`, memory: `${memory}` },
        limits: { memory: `${memory}` },
      },
      securityContext: {
        ...restrictedAs(ENVOY_USER),
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      },
      volumeMounts,
    },
    volumes: [{ name: 'access-log', emptyDir: { sizeLimit: `${buffer}` } }],
    imagePullSecrets: registry === undefined ? [] : [{ name: names.registry }],
    volumeMounts,
  };
}
