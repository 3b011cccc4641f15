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
              problem: 'an existing cluster is not a layer of a stack',
              fix: 'remove cluster from layers',
            },
          ]
        : []),
      ...(clusterStack === undefined
        ? []
        : [
            {
              at: ['clusterStack'],
              value: clusterStack,
              problem: 'is used with cluster.vks only',
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
        problem: 'this stack creates the layer cluster itself',
        fix: 'remove it, or remove cluster from layers',
      },
    ];
  }
  if (owned || 'clusterStack' in document) return [];
  return [
    {
      at: ['clusterStack'],
      problem:
        'is required: this stack does not create the layer cluster and takes the kubeconfig from the stack that does',
      fix: 'name that stack, or add cluster to layers',
    },
  ];
}
