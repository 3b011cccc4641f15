import { type ApiObject, Size } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { EnvVar, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { isAtLeast } from '../base/version';
import { type Duration, Memory, type Mistake, PlatformError, type Weights } from '../config';
import { Component, plusObject } from './component';
import { ModelDownload } from './model-download';
import type { Namespace } from './namespace';
import { WITHOUT_WAIT } from './wait';

export interface ModelStoreProps {
  readonly namespace: Namespace;

  /** Name of the model server that reads it; claim and Job are named after it. */
  readonly server: string;

  /** Id on the model hub, such as `openai/gpt-oss-120b`. */
  readonly model: string;

  /**
   * Commit, tag or branch of the hub's repository.
   *
   * @default 'main' - what the hub holds when the store is filled
   */
  readonly revision?: string;

  readonly weights: Weights;

  /** Pods that may read it at once. */
  readonly pods: number;

  /** `<major>.<minor>` of the API server: an image is a volume from 1.35 on. */
  readonly kubernetesVersion: string;

  /** How long filling may take: download, and one reading of all bytes for their checksums. */
  readonly budget: Duration;

  /**
   * Token of the hub, for models that it gives to known users only. It goes into a Secret that the download
   * alone sees; a server that reads a filled store has none.
   *
   * @default - the model is public
   */
  readonly hubToken?: string;
}

const ACCESS_MODES = {
  ReadWriteOnce: plus.PersistentVolumeAccessMode.READ_WRITE_ONCE,
  ReadWriteMany: plus.PersistentVolumeAccessMode.READ_WRITE_MANY,
} as const;

const ROOT = '/models';

/** Folder of the harmony vocabularies, beside the weights in a claim and among them in an image. */
const ENCODINGS = 'encodings';

/** SHA-256 of the vocabularies, as openai_harmony expects them. */
const HARMONY_ENCODINGS = {
  'cl100k_base.tiktoken': '223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7',
  'o200k_base.tiktoken': '446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d',
};

/** `volumes[].image` is on without a feature gate from here; older API servers drop the field silently. */
const IMAGE_VOLUMES_SINCE = '1.35';

const TOKEN_KEY = 'token';

/** Whether a model speaks OpenAI's harmony format. */
export const isHarmony = (model: string): boolean => /(^|\/)gpt-oss-/.test(model);

/**
 * Where a model server finds its weights.
 *
 * - `pvc`: a PersistentVolumeClaim, and a Job that fills it once ({@link ModelDownload}). Servers mount it
 *   read-only and start after the Job, without hub, token or network. Another revision, storage class or access
 *   mode is another claim: the new one is filled while the old one still serves, and the old one goes when the
 *   servers have moved. A claim replaced under its own name would remove the weights from running pods.
 * - `image`: an OCI image with the files in its root, for gpt-oss the harmony vocabularies in `encodings` among
 *   them, mounted read-only.
 * - `hub`: nothing; each pod downloads when it starts, into its own disk.
 *
 * A claim is deleted with the stack; its StorageClass decides what happens to the volume
 * (`reclaimPolicy: Retain` keeps it). It grows in place where the class allows that, and never shrinks.
 *
 * @throws PlatformError for one volume of one node read by several replicas, and for an image on a cluster that
 *   is too old
 */
export class ModelStore extends Component {
  /** What a server is told to serve: a path, or the hub's id. */
  readonly model: string;
  /** Whether the server needs no hub. */
  readonly isLocal: boolean;
  readonly volumes: readonly Volume[];
  readonly mounts: readonly VolumeMount[];
  /** Environment of the server. */
  readonly environment: readonly EnvVar[];

  private readonly props: ModelStoreProps;
  private readonly token?: ApiObject;

  constructor(scope: Construct, id: string, props: ModelStoreProps) {
    super(scope, id);
    this.props = props;
    this.node.addDependency(props.namespace);
    this.refuseImpossible();
    const { weights, hubToken } = props;
    if (hubToken !== undefined && weights.kind !== 'image') this.token = this.secret(hubToken);
    this.isLocal = weights.kind !== 'hub';
    this.model = this.isLocal ? `${ROOT}/${this.folder}` : props.model;
    this.mounts = this.isLocal ? [{ name: 'models', mountPath: this.mountPath, readOnly: true }] : [];
    this.environment = this.isLocal ? this.offline() : this.tokenVariable();
    this.volumes = this.source();
  }

  /** A claim holds the weights in a folder, beside the mark of the download; an image is the folder. */
  private get mountPath(): string {
    return this.props.weights.kind === 'image' ? this.model : ROOT;
  }

  private get folder(): string {
    return this.props.model.split('/').at(-1) ?? '';
  }

  /** Of the Job: one a revision, for a Job cannot change. */
  private get jobName(): string {
    return [this.props.server, 'weights', ...this.revision].join('-');
  }

  /** A claim can change neither its class nor who may mount it, so both are in its name. */
  private claimName({ storageClass, accessMode }: Extract<Weights, { kind: 'pvc' }>): string {
    const shared = accessMode === 'ReadWriteMany' ? ['shared'] : [];
    const storage = storageClass === undefined ? [] : [storageClass];
    return [this.props.server, 'weights', ...storage, ...shared, ...this.revision].join('-');
  }

  /** Eight digits of a commit are what people read of it. */
  private get revision(): string[] {
    const short = this.props.revision
      ?.toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 8)
      .replace(/-$/, '');
    return short ? [short] : [];
  }

  private get labels(): Record<string, string> {
    return { 'app.kubernetes.io/name': 'model-store', 'app.kubernetes.io/instance': this.props.server };
  }

  private source(): Volume[] {
    const { weights, namespace } = this.props;
    if (weights.kind === 'hub') return [];
    if (weights.kind === 'image') {
      const image = { reference: weights.reference, pullPolicy: 'IfNotPresent' };
      return [{ name: 'models', image } as Volume];
    }
    const { storageClass, accessMode, size } = weights;
    const claimName = this.claimName(weights);
    const claim = new plus.PersistentVolumeClaim(this, 'claim', {
      metadata: {
        name: claimName,
        namespace: namespace.name,
        labels: this.labels,
        // The Job that mounts it is awaited. A class that binds with the first pod keeps a claim Pending until
        // then, and the provider would wait for Pending again after every change of a bound one.
        annotations: WITHOUT_WAIT,
      },
      accessModes: [ACCESS_MODES[accessMode]],
      ...(storageClass !== undefined && { storageClassName: storageClass }),
      storage: Size.gibibytes(Math.ceil(size.bytes / Memory.gibibytes(1).bytes)),
    });
    const download = this.download(claimName);
    download.node.addDependency(plusObject(claim), ...(this.token ? [this.token] : []));
    return [{ name: 'models', persistentVolumeClaim: { claimName } }];
  }

  private download(claim: string): ModelDownload {
    const { namespace, server, model, revision, budget } = this.props;
    return new ModelDownload(this, 'download', {
      namespace,
      name: this.jobName,
      claim,
      server,
      labels: this.labels,
      model,
      ...(revision !== undefined && { revision }),
      root: ROOT,
      folder: this.folder,
      encodings: isHarmony(model) ? HARMONY_ENCODINGS : {},
      token: this.tokenVariable(),
      budget,
    });
  }

  private offline(): EnvVar[] {
    return [
      { name: 'HF_HUB_OFFLINE', value: '1' },
      ...(isHarmony(this.props.model)
        ? [{ name: 'TIKTOKEN_ENCODINGS_BASE', value: `${this.mountPath}/${ENCODINGS}` }]
        : []),
      { name: 'TRANSFORMERS_OFFLINE', value: '1' },
    ];
  }

  private tokenVariable(): EnvVar[] {
    if (this.token === undefined) return [];
    const secretKeyRef = { name: this.token.name, key: TOKEN_KEY };
    return [{ name: 'HF_TOKEN', valueFrom: { secretKeyRef } }];
  }

  private secret(token: string): ApiObject {
    const { server, namespace } = this.props;
    return plusObject(
      new plus.Secret(this, 'token', {
        metadata: { name: `${server}-hub`, namespace: namespace.name, labels: this.labels },
        type: 'Opaque',
        stringData: { [TOKEN_KEY]: token },
      }),
    );
  }

  private refuseImpossible(): void {
    const { weights, pods, kubernetesVersion } = this.props;
    const mistakes: Mistake[] = [];
    if (weights.kind === 'pvc' && weights.accessMode === 'ReadWriteOnce' && pods > 1) {
      mistakes.push({
        path: `${this.node.path}/weights`,
        value: weights.accessMode,
        problem: `${pods} pods cannot share a volume that one node mounts at a time`,
        fix: 'use ReadWriteMany, with a storage class that supports it',
      });
    }
    if (weights.kind === 'image' && !isAtLeast(kubernetesVersion, IMAGE_VOLUMES_SINCE)) {
      mistakes.push({
        path: `${this.node.path}/weights`,
        value: weights.reference,
        problem: `Kubernetes ${kubernetesVersion} drops image volumes silently; they need ${IMAGE_VOLUMES_SINCE} or later`,
        fix: 'use a PersistentVolumeClaim (weights: pvc)',
      });
    }
    if (mistakes.length > 0) throw new PlatformError(mistakes);
  }
}
