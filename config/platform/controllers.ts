/** Envoy Gateway, the AI Gateway controller and the limiter's Redis. */
export interface Controllers {
  /**
   * Whether the platform installs them by their charts. Default true. False in the embedded datacenter, where
   * host processes do the work either way.
   */
  readonly install: boolean;
  /** Of the AI Gateway controller. Default 1.0.0. */
  readonly aiGatewayVersion: '1.0.0' | '1.1.0';
  /** Of each controller. Default 2, and 1 in the embedded datacenter: no controller, no new Envoy. */
  readonly replicas: number;
  /** `redis://` or `rediss://` URL of an existing Redis. Default: one of our own. */
  readonly redisUrl?: string;
  /** Name of the Pulumi secret with the password of that Redis. Default: it asks for none. */
  readonly redisPasswordSecret?: string;
  /** Name of the Pulumi secret with the seed that encrypts MCP sessions; required with mcp. */
  readonly mcpSeedSecret?: string;
}
