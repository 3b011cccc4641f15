import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(__dirname, '../examples');

/** The names of all examples of platforms, sorted: each is a folder of `examples/`. */
export const exampleNames: readonly string[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => existsSync(join(folder, name, 'Pulumi.local.yaml')))
  .sort();

export function exampleFolder(name: string): string {
  return join(folder, name);
}

/**
 * The examples in an order in which each can follow the one before on the four GPUs of the embedded datacenter.
 * Pulumi removes what is no longer wanted last, so a new model cannot have the GPUs of one that it replaces: between
 * two platforms with different models stands one without any of its own.
 */
export const deploymentOrder: readonly string[] = [
  ...['thousand-workloads', 'papers-platform', 'observability', 'hybrid-failover', 'token-budgets'],
  ...['api-keys', 'mcp', 'multi-tenant-jwt', 'canary', 'every-provider', 'sticky-sessions'],
  ...['inference-pool', 'telemetry', 'book-models'],
];
