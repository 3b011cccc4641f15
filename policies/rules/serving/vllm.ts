import type { CelCheck } from '../../rule';

/** Where the pods that serve are described, by the kinds that make such pods. */
const PODS = [
  'spec',
  'spec.template.spec',
  'spec.leaderWorkerTemplate.leaderTemplate.spec',
  'spec.leaderWorkerTemplate.workerTemplate.spec',
];

/** The kinds with such pods. */
export const SERVERS = ['Deployment', 'LeaderWorkerSet', 'Pod', 'StatefulSet'] as const;

/** CEL over `container`: its command line in one text. */
export const COMMAND_LINE = '(container.?command.orValue([]) + container.?args.orValue([])).join(" ")';

/** CEL over `container`: whether vLLM runs there. A shell that starts it counts, a script on its image does not. */
export const IS_VLLM =
  `(${COMMAND_LINE}.matches("(^|[ /])vllm serve( |$)|vllm[.]entrypoints") || ` +
  '(container.?image.orValue("").matches("vllm-openai") && !container.?command.hasValue()))';

/** CEL over `container`: whether it is a worker of a group, which has no API of its own. */
export const IS_HEADLESS = `${COMMAND_LINE}.matches("(^| )--headless( |$)")`;

/** CEL over `container`: the whole number after a flag of vLLM, or what it is without the flag. */
export function flag(names: readonly string[], fallback: number): string {
  const found = `${COMMAND_LINE}.find("(^| )(${names.join('|')})[ =][0-9]+")`;
  return `(${found} == "" ? ${fallback} : int(${found}.find("[0-9]+$")))`;
}

/** CEL over `container`: the whole number that a variable holds, or what it is without. */
export function variable(name: string, fallback: number): string {
  const found = `container.?env.orValue([]).filter(entry, entry.name == "${name}" && entry.?value.orValue("").matches("^[0-9]+$"))`;
  return `(${found}.size() == 0 ? ${fallback} : int(${found}[0].value))`;
}

/** A check of a container or its pod, for each place where pods of servers are described. */
export type ServerCheck = Omit<CelCheck, 'each' | 'as' | 'pointer' | 'expression' | 'problem' | 'patch'> & {
  /** CEL over `object`, `container`, and the path to the pod's spec. */
  readonly expression: (pod: string) => string;
  /** JSON pointer below the container: `/resources/limits`. */
  readonly pointer: string;
  readonly problem: string;
};

/** The check on every container that is a vLLM server. */
export function onVllm({ pointer, expression, ...check }: ServerCheck): CelCheck[] {
  return PODS.map((pod) => ({
    ...check,
    each: [`${pod}.containers`],
    as: ['container'],
    expression: `!${IS_VLLM} || (${expression(`object.${pod}`)})`,
    pointer: `/${pod.replaceAll('.', '/')}/containers/*${pointer}`,
  }));
}

/** The check on every pod that has a vLLM server; the pointer is below the pod's spec. */
export function onVllmPod({ pointer, expression, ...check }: ServerCheck): CelCheck[] {
  return PODS.map((path) => {
    const pod = `object.${path}`;
    const fields = path.split('.');
    const containers = `object.?${fields.join('.?')}.?containers.orValue([])`;
    return {
      ...check,
      expression: `!${containers}.exists(container, ${IS_VLLM}) || (${expression(pod)})`,
      pointer: `/${fields.join('/')}${pointer}`,
    };
  });
}
