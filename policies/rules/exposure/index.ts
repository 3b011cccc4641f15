import type { Rule } from '../../rule';
import { allowedImages, exactImages } from './images';
import { guardedServers, insideServices, noDirectRoutes } from './model-servers';
import { configSecrets, containerSecrets } from './secrets';

/** Rules about secrets, images and who can reach what. */
export const exposure: readonly Rule[] = [
  ...[guardedServers, insideServices, noDirectRoutes],
  ...[exactImages, allowedImages, configSecrets, containerSecrets],
];
