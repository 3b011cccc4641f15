import type { PlatformDocument, Sound } from '../document';
import type { Finding } from '../finding';
import { checkGateway } from './gateway';
import { checkModels } from './models';
import { checkWorkloads } from './workloads';

/**
 * Everything that takes arithmetic or more than one field to see.
 *
 * @param document The document with defaults; a refused value is `undefined` and silences what depends on it.
 */
export function crossChecks(document: Sound<PlatformDocument>): Finding[] {
  return [...checkModels(document), ...checkWorkloads(document), ...checkGateway(document)];
}
