import { UserError } from '../base/user-error';
import { statusOf } from '../local/client';
import type { DatacenterStatus } from '../local/datacenter';

/**
 * What runs in a state folder.
 *
 * @param fix What to do where nothing does.
 * @throws UserError where nothing does.
 */
export async function runningIn(state: string, fix: string): Promise<DatacenterStatus> {
  const status = await statusOf(state);
  if (!status) throw new UserError(`no datacenter runs in ${state}; ${fix}`);
  return status;
}
