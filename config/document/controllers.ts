export interface ControllersDocument {
  readonly install: boolean;
  readonly aiGatewayVersion: '1.0.0' | '1.1.0';
  readonly replicas: number;
  readonly redisUrl?: string;
  readonly redisPasswordSecret?: string;
  readonly mcpSeedSecret?: string;
}
