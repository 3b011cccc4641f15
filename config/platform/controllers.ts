/** Envoy Gateway, the AI Gateway controller and the limiter's Redis. */
export interface Controllers {
  /**
   * Whether the platform installs them. Default true, and in the embedded datacenter, which brings its own,
   * their charts' objects are applied while host processes do the work.
   */
  readonly install: boolean;
  /** Of the AI Gateway controller. Default 1.0.0. */
  readonly aiGatewayVersion: '1.0.0' | '1.1.0';
  /** Of each controller. Default 2, and 1 in the embedded datacenter: no controller, no new Envoy. */
  readonly replicas: number;
  /** `redis://` or `rediss://` URL of an existing Redis. Default: one of our own. */
  readonly redisUrl?: string;
  /** Name of the Pulumi secret with the seed that encrypts MCP sessions; required with mcp. */
  readonly mcpSeedSecret?: string;
}
