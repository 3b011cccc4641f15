import * as pulumi from '@pulumi/pulumi';

/** Set to 1, a preview asks no vCenter and nobody else: what only they know stays unknown. */
const OFFLINE_VARIABLE = 'VCF_AI_OFFLINE';

export function isOffline(): boolean {
  return pulumi.runtime.isDryRun() && process.env[OFFLINE_VARIABLE] === '1';
}
