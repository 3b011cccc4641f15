import { isVks } from '../defaults-vks';
import type { PlatformDocument, Sound } from '../document';
import type { UnplacedMistake } from '../mistakes';

/** That a stack that does not make its cluster says which one does. */
export function checkLayers(document: Sound<PlatformDocument>): UnplacedMistake[] {
  const { cluster, layers, clusterStack } = document;
  if (cluster === undefined || layers === undefined) return [];
  const owned = layers.includes('cluster');
  if (!isVks(cluster)) {
    return [
      ...(owned
        ? [
            {
              at: ['layers'],
              value: layers,
              problem: 'a cluster that is there is no layer of a stack',
              fix: 'remove cluster',
            },
          ]
        : []),
      ...(clusterStack === undefined
        ? []
        : [
            {
              at: ['clusterStack'],
              value: clusterStack,
              problem: 'goes with cluster.vks only',
              fix: 'remove it',
            },
          ]),
    ];
  }
  if (owned && clusterStack !== undefined) {
    return [
      {
        at: ['clusterStack'],
        value: clusterStack,
        problem: 'this stack makes the layer cluster itself',
        fix: 'remove it, or remove cluster from layers',
      },
    ];
  }
  if (owned || 'clusterStack' in document) return [];
  return [
    {
      at: ['clusterStack'],
      problem: 'is required: this stack does not make the layer cluster, and another one has its kubeconfig',
      fix: 'name that stack, or add cluster to layers',
    },
  ];
}
