import { LAYER_NAMES } from '../layers';
import { computed, list, optional, text, words } from './keywords';

/** Which layers a stack owns, and where it finds the cluster when that is none of them. */
export const layers = {
  layers: computed(
    list(
      words(LAYER_NAMES, {
        title: 'Layer',
        description: 'One layer.',
        'x-allowed': 'a layer',
      }),
      {
        title: 'Layers',
        description:
          'Layers that this stack creates. Default: all; cluster is one of them when the platform creates its cluster.',
        minItems: 1,
        'x-allowed': 'a list of layers, each once, one at least',
      },
    ),
  ),
  clusterStack: optional(
    text({
      title: 'Stack of the cluster',
      description:
        'The stack that creates the layer cluster, if this one does not: its name, or <organization>/<project>/<stack>. Default: none, this stack creates it.',
      pattern: '^[A-Za-z0-9][-_.A-Za-z0-9]*(/[A-Za-z0-9][-_.A-Za-z0-9]*){0,2}$',
      'x-allowed': 'the name of a stack, such as prod-cluster',
    }),
  ),
};
