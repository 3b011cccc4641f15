import { IS_UPSTREAM } from '../../model-servers';
import { SERVERS } from '../../pods';
import { defineRule } from '../../rule';
import { VLLM } from '../baseline/model-server';
import { CONTAINER, POD, pod, SERVER } from './samples';
import { PODS } from './vllm';

/** Images whose user is root: those of Docker Hub as they are usually named, and TEI’s (Dockerfile-cuda has no USER). */
const ROOT_IMAGES =
  '^(docker[.]io/)?(library/)?(alpine|busybox|debian|golang|nginx|node|python|redis|ubuntu)(:|@|$)|(^|/)text-embeddings-inference(:|@|$)';

const RUNS_AS_ROOT = `(${IS_UPSTREAM} || container.?image.orValue("").matches("${ROOT_IMAGES}"))`;

const effective = (path: string, field: string, fallback: string) =>
  `container.?securityContext.${field}.orValue(${path}.?securityContext.${field}.orValue(${fallback}))`;

const withoutUser = (securityContext: object, more: object = {}) =>
  pod({
    securityContext: { runAsUser: null },
    containers: [{ ...VLLM, securityContext: { ...VLLM.securityContext, ...securityContext } }],
    ...more,
  });

export const numericUser = defineRule({
  id: 'S19',
  title: 'a container that must not be root has a user who is not',
  effect: 'refused',
  why:
    'With runAsNonRoot the kubelet compares the user of the container with 0. Without runAsUser that is the user of the ' +
    'image, which is root in the images of vLLM and of most systems: the pod stays in CreateContainerConfigError.',
  source:
    'Kubernetes, pkg/kubelet/kuberuntime/security_context.go (verifyRunAsNonRoot); vLLM, docker/Dockerfile',
  fix: 'set runAsUser to the number of a user: 2000 is that of vLLM’s image',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  fields: [`${SERVER} ${POD}/securityContext/runAsUser`],
  good: [
    { shows: 'the user of the container', change: withoutUser({ runAsUser: 2000 }) },
    {
      shows: 'an image with a user of its own',
      change: pod({
        securityContext: { runAsUser: null },
        containers: [{ ...VLLM, image: 'registry.internal:5000/vllm-cuda-rhel9:3.2.1' }],
      }),
    },
    {
      shows: 'a container beside it that runs as a number',
      change: pod({
        initContainers: [{ name: 'ready', image: 'docker.io/library/busybox:1.37.0', command: ['true'] }],
      }),
    },
  ],
  bad: [
    {
      shows: 'no number in the pod',
      change: pod({ securityContext: { runAsUser: null } }),
      finds: [`${SERVER} ${CONTAINER}/securityContext/runAsUser`],
    },
    {
      shows: 'no number, runAsNonRoot in the container',
      change: pod({
        securityContext: { runAsUser: null, runAsNonRoot: null },
        containers: [{ ...VLLM, securityContext: { ...VLLM.securityContext, runAsNonRoot: true } }],
      }),
      finds: [`${SERVER} ${CONTAINER}/securityContext/runAsUser`],
    },
    {
      shows: 'the number of root',
      change: withoutUser({ runAsUser: 0, runAsNonRoot: true }),
      finds: [`${SERVER} ${CONTAINER}/securityContext/runAsUser`],
    },
    {
      shows: 'a container that prepares the volume',
      change: withoutUser(
        { runAsUser: 2000 },
        { initContainers: [{ name: 'prepare', image: 'docker.io/library/busybox:1.37.0' }] },
      ),
      finds: [`${SERVER} ${POD}/initContainers/0/securityContext/runAsUser`],
    },
    {
      shows: 'a server of embeddings',
      change: {
        'pod/ai/embeddings': {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { namespace: 'ai', name: 'embeddings' },
          spec: {
            securityContext: { runAsNonRoot: true },
            containers: [
              {
                name: 'tei',
                image: 'registry.internal:5000/text-embeddings-inference:1.8.2',
                args: ['--model-id=/models/bge'],
              },
            ],
          },
        },
      },
      finds: ['pod/ai/embeddings /spec/containers/0/securityContext/runAsUser'],
    },
  ],
  checks: PODS.flatMap(({ path, kinds }) =>
    ['containers', 'initContainers'].map((list) => ({
      kinds,
      each: [`${path}.${list}`],
      as: ['container'],
      only: effective(`object.${path}`, 'runAsNonRoot', 'false'),
      expression: `[${effective(`object.${path}`, 'runAsUser', '-1')}].all(user, user > 0 || user < 0 && !${RUNS_AS_ROOT})`,
      pointer: `/${path.replaceAll('.', '/')}/${list}/*/securityContext/runAsUser`,
      problem: 'the container runs as root, which runAsNonRoot forbids',
    })),
  ),
});
