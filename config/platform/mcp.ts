/** One MCP endpoint of the gateway over several MCP servers. */
export interface McpEndpoint {
  readonly name: string;
  /** Default /mcp. */
  readonly path: string;
  /** Sorted by name. */
  readonly servers: readonly McpServer[];
}

export interface McpServer {
  readonly name: string;
  readonly hostname: string;
  readonly port: number;
  readonly tls: boolean;
  readonly path: string;
  /** Tools that are offered; default all. */
  readonly tools?: readonly string[];
  /** Name of the Pulumi secret with the key that the gateway presents. Default: none. */
  readonly apiKeySecret?: string;
}
