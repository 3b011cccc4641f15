import { apiKeys } from './api-keys';
import { bookModels } from './book-models';
import { canary } from './canary';
import type { Exercise } from './exercise';
import { hybridFailover } from './hybrid-failover';
import { inferencePool } from './inference-pool';
import { mcp } from './mcp';
import { multiTenantJwt } from './multi-tenant-jwt';
import { papersPlatform } from './papers-platform';
import { stickySessions } from './sticky-sessions';
import { telemetry } from './telemetry';
import { thousandWorkloads } from './thousand-workloads';
import { tokenBudgets } from './token-budgets';

export type { Stage } from './exercise';

/** What is tried on each example beside what is tried on all of them. */
export const exercises: Readonly<Record<string, Exercise>> = {
  'api-keys': apiKeys,
  'book-models': bookModels,
  canary,
  'hybrid-failover': hybridFailover,
  'inference-pool': inferencePool,
  mcp,
  'multi-tenant-jwt': multiTenantJwt,
  'papers-platform': papersPlatform,
  'sticky-sessions': stickySessions,
  telemetry,
  'thousand-workloads': thousandWorkloads,
  'token-budgets': tokenBudgets,
};
