import { defineRule } from '../../rule';
import { container, SERVER } from '../serving/samples';
import { EVERY_CONTAINER, WORKLOADS } from './containers';

const AT = `${SERVER} /spec/template/spec/containers/0/image`;

export const exactImages = defineRule({
  id: 'X04',
  title: 'an image reference names one fixed version',
  effect: 'fragile',
  why:
    'The tag latest, or an image without a tag, changes over time: two replicas run different versions, a ' +
    'restart becomes an upgrade, and a rollback is not possible.',
  source: 'Kubernetes, images, image names',
  fix: 'use a digest, or the tag of one release',
  area: 'exposure',
  scope: 'object',
  kinds: [...WORKLOADS],
  good: [
    {
      shows: 'a digest',
      change: container({ image: `docker.io/vllm/vllm-openai@sha256:${'0'.repeat(64)}` }),
    },
    {
      shows: 'a registry with a port',
      change: container({ image: 'registry.internal:5000/vllm-openai:v0.33.0-cu129' }),
    },
  ],
  bad: [
    { shows: 'the newest', change: container({ image: 'docker.io/vllm/vllm-openai:latest' }), finds: [AT] },
    { shows: 'no tag', change: container({ image: 'registry.internal:5000/vllm-openai' }), finds: [AT] },
    {
      shows: 'a build of tonight',
      change: container({ image: 'docker.io/vllm/vllm-openai:nightly' }),
      finds: [AT],
    },
  ],
  checks: EVERY_CONTAINER.map(({ path, kinds }) => ({
    kinds,
    each: [path],
    as: ['container'],
    expression: 'container.?image.orValue("").matches("@sha256:[0-9a-f]{64}$|:[^/:]*[0-9]+[.][0-9]+[^/:]*$")',
    pointer: `/${path.replaceAll('.', '/')}/*/image`,
    problem: { expression: 'container.?image.orValue("no image") + " has no fixed version"' },
  })),
});

export const allowedImages = defineRule({
  id: 'X07',
  title: 'an image comes from an allowed registry',
  effect: 'unsafe',
  why:
    'Anyone who can push to a registry decides what runs next to the keys and prompts. A name without a ' +
    'registry refers to Docker Hub, and is compared as it is written.',
  source: 'Kubernetes, images, image names',
  fix: 'use an image of a registry in policies.parameters.allowedRegistries, or have its registry added there',
  area: 'exposure',
  scope: 'object',
  kinds: [...WORKLOADS],
  good: [
    {
      shows: 'the second of the registries',
      change: container({ image: `registry.internal:5000/vllm-openai@sha256:${'0'.repeat(64)}` }),
    },
  ],
  bad: [
    {
      shows: 'a registry of somebody else',
      change: container({ image: 'ghcr.io/somebody/vllm-openai:v0.33.0' }),
      finds: [AT],
    },
    {
      shows: 'a registry whose name only begins like one of them',
      change: container({ image: 'docker.io.example.com/vllm/vllm-openai:v0.33.0' }),
      finds: [AT],
    },
  ],
  checks: EVERY_CONTAINER.map(({ path, kinds }) => ({
    kinds,
    each: [path],
    as: ['container'],
    expression:
      'params.allowedRegistries.size() == 0 || params.allowedRegistries.exists(registry, ' +
      'container.?image.orValue("").startsWith(registry.endsWith("/") ? registry : registry + "/"))',
    pointer: `/${path.replaceAll('.', '/')}/*/image`,
    problem: { expression: 'container.?image.orValue("no image") + " is not from an allowed registry"' },
  })),
});
