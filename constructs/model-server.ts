import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { type Duration, planServerTiming, type TeiSettings } from '../config';
import type { ModelEndpoint } from './backends';
import { Component, kubeObject } from './component';
import { ModelStore } from './model-store';
import type { Namespace } from './namespace';
import { ModelServerAccess, type ModelServerAccessProps } from './network-policy';
import { WITHOUT_WAIT } from './wait';

/** The port of every model server's API. */
export const MODEL_SERVER_PORT = 8000;

export interface ModelServerProps
  extends Pick<TeiSettings, 'model' | 'weights' | 'startupBudget'>,
    Partial<Pick<TeiSettings, 'revision' | 'replicas' | 'mig'>>,
    Pick<ModelServerAccessProps, 'gatewayNamespace' | 'prometheusNamespace' | 'callers'> {
  readonly namespace: Namespace;

  /**
   * The name that clients and the gateway use for the model; also the name of the workload and the Service.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * Labels of the nodes that it may run on.
   *
   * @default - the label of `gpuProduct`
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;

  /**
   * Token of the hub, for models that it gives to known users only.
   *
   * @default - the model is public
   */
  readonly hubToken?: string;

  /**
   * `<major>.<minor>` of the API server.
   *
   * @default - 1.34
   */
  readonly kubernetesVersion?: string;
}

/** What all model servers share: a name, weights ({@link ModelStore}), who may reach them, and a Service. */
export abstract class ModelServer extends Component {
  readonly name: string;
  readonly namespace: Namespace;
  abstract readonly store: ModelStore;
  abstract readonly service: ApiObject;

  protected constructor(
    scope: Construct,
    id: string,
    protected readonly props: ModelServerProps & {
      readonly replicas: number;
      readonly kubernetesVersion: string;
    },
  ) {
    super(scope, id);
    this.name = props.name ?? id;
    this.namespace = props.namespace;
    this.node.addDependency(props.namespace);
  }

  /** On every pod. */
  abstract get podLabels(): Record<string, string>;

  /** Where the server answers inside the cluster, in plain HTTP. */
  get endpoint(): ModelEndpoint {
    return {
      hostname: `${this.name}.${this.namespace.name}.svc.cluster.local`,
      port: MODEL_SERVER_PORT,
      tls: false,
      schema: { name: 'OpenAI', prefix: '/v1' },
    };
  }

  protected get metadata() {
    return { name: this.name, namespace: this.namespace.name, labels: this.podLabels };
  }

  protected get replicas(): number {
    return this.props.replicas;
  }

  /** The extended resource of one GPU, or of one slice. */
  protected get gpuResource(): string {
    const { mig } = this.props;
    return mig === undefined ? 'nvidia.com/gpu' : `nvidia.com/mig-${mig}`;
  }

  /** How long one replica may take: a new pod stays Pending until the old one has drained and gives its GPUs back. */
  protected startSeconds(drain: Duration): number {
    return Math.ceil(this.props.startupBudget.plus(planServerTiming(drain).grace).seconds);
  }

  /** @param pods Pods that may read the weights at once. */
  protected makeStore(pods: number): ModelStore {
    const { namespace, model, revision, weights, startupBudget, hubToken, kubernetesVersion } = this.props;
    return new ModelStore(this, 'weights', {
      namespace,
      server: this.name,
      model,
      ...(revision !== undefined && { revision }),
      weights,
      pods,
      kubernetesVersion,
      budget: startupBudget.plus(startupBudget),
      ...(hubToken !== undefined && { hubToken }),
    });
  }

  protected makeAccess(more: Pick<ModelServerAccessProps, 'metricsPorts' | 'isGroup'>): ModelServerAccess {
    const { namespace, gatewayNamespace, prometheusNamespace, callers } = this.props;
    return new ModelServerAccess(this, 'access', {
      namespace,
      server: this.name,
      podLabels: this.podLabels,
      ports: ['http'],
      ...more,
      ...(gatewayNamespace !== undefined && { gatewayNamespace }),
      ...(prometheusNamespace !== undefined && { prometheusNamespace }),
      ...(callers !== undefined && { callers }),
    });
  }

  /** @param selector Labels of the pods that answer. */
  protected makeService(selector: Record<string, string>): ApiObject {
    return kubeObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...this.metadata, annotations: WITHOUT_WAIT },
      // Headless: Envoy balances over the replicas itself, by load or by session; behind a cluster IP it sees one.
      spec: {
        clusterIP: 'None',
        selector,
        ports: [{ name: 'http', port: MODEL_SERVER_PORT, targetPort: 'http' }],
      },
    });
  }
}
