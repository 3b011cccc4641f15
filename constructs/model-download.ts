import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Container, EnvVar, PodSpec } from 'kubernetes-types/core/v1';
import type { Duration } from '../config';
import { Component, kubeObject } from './component';
import { vllmImage } from './images';
import type { Namespace } from './namespace';
import { RESTRICTED_CONTAINER, RESTRICTED_POD } from './pod-security';
import { waitAtMost } from './wait';

export interface ModelDownloadProps {
  readonly namespace: Namespace;

  /** Name of the Job. */
  readonly name: string;

  /** Name of the PersistentVolumeClaim to fill. */
  readonly claim: string;

  /** Name of the model server that reads the claim. */
  readonly server: string;

  readonly labels: Readonly<Record<string, string>>;

  /** Id on the model hub. */
  readonly model: string;

  /** @default 'main' */
  readonly revision?: string;

  /** Where servers see the claim, too. */
  readonly root: string;

  /** Folder of the weights below `root`. */
  readonly folder: string;

  /** Files of openai_harmony to put into `encodings` below `root`, with their SHA-256. */
  readonly encodings: Readonly<Record<string, string>>;

  /** Environment that holds the hub's token. */
  readonly token: readonly EnvVar[];

  readonly budget: Duration;
}

/** Where openai_harmony itself gets its vocabularies (harmony, tiktoken_ext/public_encodings.rs). */
const ENCODINGS_URL = 'https://openaipublic.blob.core.windows.net/encodings';

/** The same weights again in other formats: two thirds of the repositories of gpt-oss. */
const EXCLUDED = ['original/*', 'metal/*'];

const FILL = readFileSync(join(__dirname, 'fill-model-store.py'), 'utf8');

/**
 * The Job that fills a model store: downloads exactly one commit, compares every checksum, then leaves
 * `store.json` as the mark of a complete store. Run again it finds the mark and does nothing; cut in the middle it
 * goes on where it was.
 */
export class ModelDownload extends Component {
  readonly job: ApiObject;

  constructor(scope: Construct, id: string, props: ModelDownloadProps) {
    super(scope, id);
    const { name, namespace, labels, budget } = props;
    this.job = kubeObject(this, 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, namespace: namespace.name, labels, annotations: waitAtMost(budget) },
      spec: {
        // The hub may be away for minutes; the pauses between attempts grow to six.
        backoffLimit: 10,
        template: { metadata: { labels }, spec: pod(props) },
      },
    });
  }
}

function pod(props: ModelDownloadProps): PodSpec {
  const server = {
    'app.kubernetes.io/component': 'model-server',
    'app.kubernetes.io/instance': props.server,
  };
  return {
    ...RESTRICTED_POD,
    restartPolicy: 'OnFailure',
    containers: [container(props)],
    // A volume that one node at a time may have is where its server runs, if that runs already.
    affinity: {
      podAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: {
              topologyKey: 'kubernetes.io/hostname',
              labelSelector: { matchLabels: server },
            },
          },
        ],
      },
    },
    tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
    volumes: [
      { name: 'models', persistentVolumeClaim: { claimName: props.claim } },
      { name: 'tmp', emptyDir: {} },
    ],
  };
}

function container(props: ModelDownloadProps): Container {
  const settings = {
    HF_HOME: '/tmp/huggingface',
    HF_HUB_DISABLE_TELEMETRY: '1',
    // Plain HTTPS resumes inside a file, and the hub's other protocol needs hosts that proxies rarely allow.
    HF_HUB_DISABLE_XET: '1',
    STORE_ENCODINGS: JSON.stringify(props.encodings),
    STORE_ENCODINGS_URL: ENCODINGS_URL,
    STORE_EXCLUDED: JSON.stringify(EXCLUDED),
    STORE_FOLDER: props.folder,
    STORE_MODEL: props.model,
    STORE_REVISION: props.revision ?? 'main',
    STORE_ROOT: props.root,
  };
  return {
    name: 'fill',
    // Not the server's version: another one would be another Job. It has the hub's client.
    image: vllmImage(),
    imagePullPolicy: 'IfNotPresent',
    command: ['python3', '-c', FILL],
    env: [...Object.entries(settings).map(([name, value]) => ({ name, value })), ...props.token],
    resources: { requests: { cpu: '1', memory: '2Gi' }, limits: { memory: '4Gi' } },
    volumeMounts: [
      { name: 'models', mountPath: props.root },
      { name: 'tmp', mountPath: '/tmp' },
    ],
    securityContext: RESTRICTED_CONTAINER,
  };
}
