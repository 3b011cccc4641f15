import { IS_UPSTREAM } from '../../model-servers';
import { defineRule } from '../../rule';
import { VLLM } from '../baseline/model-server';
import { CONTAINER, container, POD, pod, SERVER, variables } from './samples';
import { onVllm, SERVERS } from './vllm';

const ROOT = (path: string) =>
  `container.?securityContext.runAsNonRoot.orValue(${path}.?securityContext.runAsNonRoot.orValue(false))`;

const USER = (path: string) =>
  `container.?securityContext.runAsUser.orValue(${path}.?securityContext.runAsUser.orValue(2000))`;

export const unprivileged = defineRule({
  id: 'S08',
  title: 'a model server has no privileges that it does not need',
  effect: 'unsafe',
  why:
    'It runs code that comes with the model and parses untrusted input. Namespaces of VKS enforce the ' +
    'restricted standard and reject other pods when they start, long after the Deployment was accepted.',
  source: 'Kubernetes, Pod Security Standards, restricted; VKS enforces it by default since Kubernetes 1.26',
  fix: 'set runAsNonRoot with runAsUser 2000, seccompProfile RuntimeDefault, allowPrivilegeEscalation false, and drop ALL capabilities',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  fields: [
    `${SERVER} ${POD}/securityContext`,
    `${SERVER} ${POD}/securityContext/runAsNonRoot`,
    `${SERVER} ${POD}/securityContext/seccompProfile`,
    `${SERVER} ${CONTAINER}/securityContext`,
    `${SERVER} ${CONTAINER}/securityContext/allowPrivilegeEscalation`,
    `${SERVER} ${CONTAINER}/securityContext/capabilities/drop`,
  ],
  good: [
    {
      shows: 'all of it on the container',
      change: {
        ...container({
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 2000,
            seccompProfile: { type: 'RuntimeDefault' },
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
          },
        }),
      },
    },
  ],
  bad: [
    {
      shows: 'root',
      change: pod({ securityContext: { runAsNonRoot: false } }),
      finds: [`${SERVER} ${CONTAINER}/securityContext`],
    },
    {
      shows: 'the network of its node',
      change: pod({ hostNetwork: true }),
      finds: [`${SERVER} ${CONTAINER}/securityContext`],
    },
  ],
  checks: onVllm({
    expression: (path) =>
      `${ROOT(path)} && !container.?securityContext.allowPrivilegeEscalation.orValue(true) && ` +
      '!container.?securityContext.privileged.orValue(false) && ' +
      '"ALL" in container.?securityContext.capabilities.drop.orValue([]) && ' +
      `container.?securityContext.seccompProfile.type.orValue(${path}.?securityContext.seccompProfile.type.orValue("")) in ["RuntimeDefault", "Localhost"] && ` +
      `!${path}.?hostNetwork.orValue(false) && !${path}.?hostIPC.orValue(false) && !${path}.?hostPID.orValue(false)`,
    pointer: '/securityContext',
    problem: 'the container has privileges beyond the restricted standard',
  }),
});

export const user = defineRule({
  id: 'S09',
  title: 'a model server runs as a user that its image defines',
  effect: 'failing',
  why:
    'The image defines root and the user 2000. With any other uid Python finds no user and fails when it ' +
    'imports PyTorch, unless USER and HOME are set.',
  source: 'vllm-project/vllm#44548 and #46734; kserve/kserve#5666',
  fix: 'set runAsUser to 2000, or set the variables USER and HOME',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  good: [
    {
      shows: 'a user of the namespace, with a home',
      change: {
        [SERVER]: {
          spec: {
            template: {
              spec: {
                securityContext: { runAsUser: 100_000 },
                containers: (
                  variables({ USER: 'vllm' })[SERVER] as {
                    spec: { template: { spec: { containers: object[] } } };
                  }
                ).spec.template.spec.containers,
              },
            },
          },
        },
      },
    },
    {
      shows: 'an image that may define any user',
      change: pod({
        securityContext: { runAsUser: 1001 },
        containers: [{ ...VLLM, image: 'registry.internal:5000/vllm-cuda-rhel9:3.2.1' }],
      }),
    },
  ],
  bad: [
    {
      shows: 'a user of the namespace',
      change: pod({ securityContext: { runAsUser: 100_000 } }),
      finds: [`${SERVER} ${CONTAINER}/env`],
    },
  ],
  checks: onVllm({
    expression: (path) =>
      `!${IS_UPSTREAM} || ${USER(path)} in [0, 2000] || ["USER", "HOME"].all(name, container.?env.orValue([]).exists(entry, entry.name == name))`,
    pointer: '/env',
    problem: 'the image does not define the user of the container',
  }),
});
