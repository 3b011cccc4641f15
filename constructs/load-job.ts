import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Container, EnvVar } from 'kubernetes-types/core/v1';
import { type Duration, Memory, PlatformError } from '../config';
import { Component, kubeObject } from './component';
import type { Namespace } from './namespace';
import { READ_ONLY_CONTAINER, RESTRICTED_POD, restrictedAs } from './pod-security';

export interface LoadJobProps {
  readonly namespace: Namespace;

  /** @default - the construct's id */
  readonly name?: string;

  /** Image with the command `vcf-ai` as its entry point. */
  readonly image: string;

  /**
   * Name of a PersistentVolumeClaim of the namespace that many nodes may have at once (ReadWriteMany): it holds
   * `plan.bin` and the folder `corpus`, and gets a folder of results for each pod below `runs`.
   */
  readonly claim: string;

  /** Origin of the gateway: `http://ai-gateway.example.com`. */
  readonly target: string;

  /** Pods, all at once: a load with some of its parts missing is another load. 1 to 1,000. */
  readonly parts: number;

  /**
   * Threads of a pod, and CPUs that it asks for.
   *
   * @default 1 - which carries some hundred streams
   */
  readonly workers?: number;

  /**
   * Memory of a pod; the plan and the rows of results are in it, bodies are not.
   *
   * @default 1 GiB
   */
  readonly memory?: Memory;

  /**
   * How many times as fast as in the plan the time goes.
   *
   * @default 1
   */
  readonly timeScale?: number;

  /**
   * Key of a Secret of the namespace whose value is the header `authorization` of every request.
   *
   * @default - no such header
   */
  readonly authorization?: { readonly secret: string; readonly key: string };

  /**
   * After so long Kubernetes ends the pods; they write what they have.
   *
   * @default - never
   */
  readonly deadline?: Duration;
}

/** The user `nonroot` of distroless images. Nothing is owned by it but the results. */
const USER = 65_532;

const ROOT = '/load';

/** A thousand generators are a hundred times the load of the white paper; more are a slip of the keyboard. */
const MOST_PARTS = 1000;

/**
 * Runs a plan from many pods at once, ungated: an Indexed Job of `vcf-ai load run`, whose pods have the actors whose
 * number divided by the number of pods leaves their index. `vcf-ai load merge` adds what they wrote up to one run.
 *
 * A pod that failed is not replaced: what it sends later would be beside none of the others.
 */
export class LoadJob extends Component {
  readonly job: ApiObject;

  constructor(scope: Construct, id: string, props: LoadJobProps) {
    super(scope, id);
    const { name = id, namespace, parts, deadline } = props;
    refuse(this.node.path, props);
    const labels = { 'app.kubernetes.io/name': 'load', 'app.kubernetes.io/instance': name };
    this.job = kubeObject(this, 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, namespace: namespace.name, labels },
      spec: {
        completionMode: 'Indexed',
        completions: parts,
        parallelism: parts,
        // With a limit for the whole Job the first failure would end all others.
        backoffLimitPerIndex: 0,
        ...(deadline && { activeDeadlineSeconds: deadline.seconds }),
        template: {
          metadata: { labels },
          spec: {
            ...RESTRICTED_POD,
            securityContext: {
              ...restrictedAs(USER),
              fsGroup: USER,
              fsGroupChangePolicy: 'OnRootMismatch',
            },
            restartPolicy: 'Never',
            // A stopped run gives answers under way half a minute, and then writes its rows.
            terminationGracePeriodSeconds: 120,
            containers: [container(name, props)],
            // Two generators on one node share its network card, and measure each other.
            topologySpreadConstraints: [
              {
                maxSkew: 1,
                topologyKey: 'kubernetes.io/hostname',
                whenUnsatisfiable: 'ScheduleAnyway',
                labelSelector: { matchLabels: labels },
              },
            ],
            volumes: [
              { name: 'load', persistentVolumeClaim: { claimName: props.claim } },
              { name: 'tmp', emptyDir: {} },
            ],
          },
        },
      },
    });
  }
}

function refuse(path: string, { parts, workers = 1 }: LoadJobProps): void {
  const isCount = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most;
  const mistakes = [
    { name: 'parts', value: parts, most: MOST_PARTS },
    { name: 'workers', value: workers, most: 64 },
  ].filter(({ value, most }) => !isCount(value, most));
  if (mistakes.length === 0) return;
  throw new PlatformError(
    mistakes.map(({ name, value, most }) => ({
      ...{ path: `${path}.${name}`, value, problem: `${value} is no number of ${name}` },
      fix: `use a whole number from 1 to ${most}`,
    })),
  );
}

function container(name: string, props: LoadJobProps): Container {
  const { image, target, parts, workers = 1, timeScale = 1, authorization } = props;
  const memory = `${props.memory ?? Memory.gibibytes(1)}`;
  // Kubernetes adds the variable to the containers of an Indexed Job.
  const index = '$(JOB_COMPLETION_INDEX)';
  return {
    name: 'load',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: [
      ...['load', 'run', '--plan', `${ROOT}/plan.bin`, '--corpus', `${ROOT}/corpus`, '--target', target],
      ...['--part', `${index}/${parts}`, '--no-gate', '--no-validate'],
      ...['--workers', `${workers}`, '--time-scale', `${timeScale}`],
      ...(authorization ? ['--header', 'authorization: $(LOAD_AUTHORIZATION)'] : []),
      ...['--state', '/tmp/state', '--out', `${ROOT}/runs/${name}-${index}`],
    ],
    env: authorization ? [variable(authorization)] : [],
    resources: { requests: { cpu: `${workers}`, memory }, limits: { memory } },
    volumeMounts: [
      { name: 'load', mountPath: ROOT },
      { name: 'tmp', mountPath: '/tmp' },
    ],
    securityContext: READ_ONLY_CONTAINER,
  };
}

const variable = ({ secret: name, key }: NonNullable<LoadJobProps['authorization']>): EnvVar => ({
  name: 'LOAD_AUTHORIZATION',
  valueFrom: { secretKeyRef: { name, key } },
});
