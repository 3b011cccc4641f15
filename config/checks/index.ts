import type { PlatformDocument, Sound } from '../document';
import type { UnplacedMistake } from '../mistakes';
import { checkBudgets } from './budgets';
import { checkControllers } from './controllers';
import { checkEmbedded } from './embedded';
import { checkGateway } from './gateway';
import { checkIdentity } from './identity';
import { checkLayers } from './layers';
import { checkLimits } from './limits';
import { checkMatches } from './matches';
import { checkMcp } from './mcp';
import { checkModels } from './models';
import { checkObservability } from './observability';
import { checkPools } from './pools';
import { checkProviders } from './providers';
import { checkRoutes } from './routes';
import { checkSlos } from './slos';
import { checkVks } from './vks';
import { checkWorkloads } from './workloads';

/**
 * Everything that takes arithmetic or more than one field to see.
 *
 * @param document The document with defaults; a refused value is `undefined` and silences what depends on it.
 */
export function crossChecks(document: Sound<PlatformDocument>): UnplacedMistake[] {
  return [
    ...checkModels(document),
    ...checkEmbedded(document),
    ...checkProviders(document),
    ...checkRoutes(document),
    ...checkPools(document),
    ...checkWorkloads(document),
    ...checkMatches(document),
    ...checkLimits(document),
    ...checkGateway(document),
    ...checkIdentity(document),
    ...checkMcp(document),
    ...checkSlos(document),
    ...checkObservability(document),
    ...checkBudgets(document),
    ...checkControllers(document),
    ...checkVks(document),
    ...checkLayers(document),
  ];
}
