export interface McpDocument {
  readonly path: string;
  readonly servers: Readonly<Record<string, McpServerDocument>>;
}

export interface McpServerDocument {
  readonly url: string;
  readonly tools?: readonly string[];
  readonly apiKeySecret?: string;
}
