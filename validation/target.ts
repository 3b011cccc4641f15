import { UserError } from '../base/user-error';
/** Where a running platform is reached. */
export interface Target {
  /** `http://127.0.0.1:10080` */
  readonly gateway: string;
  /** Prometheus text of every Envoy behind the gateway: `http://127.0.0.1:PORT/stats/prometheus`. */
  readonly envoyStats?: readonly string[];
  /** Prometheus text of the external processor of every Envoy: `http://127.0.0.1:1064/metrics`. */
  readonly extprocMetrics?: readonly string[];
  /** HTTP API of Prometheus: `http://127.0.0.1:PORT`. */
  readonly prometheus?: string;
  /** Everything that can be asked which requests it saw. */
  readonly upstreams: readonly Upstream[];
}

/** A server behind the gateway that keeps a record of its requests. */
export interface Upstream {
  /** The name of the model in the platform document, or the first label of the provider's host name; replicas share it. */
  readonly name: string;
  /** `model-server`, `provider`; others are only asked what they saw. */
  readonly kind: string;
  /** Past the gateway: `http://127.1.0.2:8000`. */
  readonly url: string;
  /** Its record, `GET /requests?after=SEQ`: `http://127.1.0.2:9901`. */
  readonly admin: string;
  /** Path in front of `/chat/completions`; default: as in the platform document, `/v1` for a model server. */
  readonly prefix?: string;
  /** It imitates a model or a cloud; reports say so wherever it is named. */
  readonly standIn: boolean;
}

/**
 * Something that the suite needs did not answer. It stops the suite: what could not be asked is neither passed nor
 * failed.
 */
export class UnreachableError extends UserError {
  /**
   * @param what Whose address it is: `the gateway`.
   * @param why What happened, and what to do about it.
   */
  constructor(
    what: string,
    readonly address: string,
    why: string,
    options?: ErrorOptions,
  ) {
    super(`${what} at ${address} ${why}`, options);
  }
}
