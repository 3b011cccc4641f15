import { COMMAND_LINE, IS_VLLM } from '../../model-servers';
import { podPathsOf, SERVERS } from '../../pods';
import type { CelCheck } from '../../rule';

export { SERVERS };

/** Where the pods that serve are described. */
export const PODS = podPathsOf(SERVERS);

const SPACE = '[[:space:]]';

/** A pattern for a flag: before the first dot vLLM takes underscores for dashes. */
const spelled = (name: string) =>
  name.startsWith('--') ? `--${name.slice(2).replaceAll('-', '[-_]')}` : name;

/** A pattern for any of several flags and what stands between a flag and its value. */
const before = (names: readonly string[]) =>
  `(^|${SPACE})(${names.map(spelled).join('|')})(${SPACE}+|=)['"]?`;

/** CEL over `container`: whether any of these flags is there. */
export function hasFlag(...names: readonly string[]): string {
  return `${COMMAND_LINE}.matches("(^|${SPACE})(${names.map(spelled).join('|')})(${SPACE}|=|$)")`;
}

/** CEL over `container`: whether it is a worker of a group, which has no API of its own. */
export const IS_HEADLESS = hasFlag('--headless');

/**
 * CEL over `container`: the whole number after a flag of vLLM, or what it is without the flag; of several the last
 * counts. A value that is written otherwise, such as `8k` or a variable, counts as none.
 */
export function flag(names: readonly string[], fallback: number): string {
  const found = `${COMMAND_LINE}.findAll(${JSON.stringify(`${before(names)}[0-9]+['"]?(${SPACE}|$)`)})`;
  const last = `texts[texts.size() - 1].find(${JSON.stringify(`[0-9]+['"]?${SPACE}?$`)}).find("[0-9]+")`;
  // A list of one, so that the command line is searched once.
  return `[${found}].map(texts, texts.size() == 0 ? ${fallback} : int(${last}))[0]`;
}

/** CEL over `container`: whether a variable or a file decides what one of these flags is. */
export function isElsewhere(names: readonly string[]): string {
  return `${COMMAND_LINE}.matches(${JSON.stringify(`${before([...names])}[$]|(^|${SPACE})--config(${SPACE}|=)`)})`;
}

/** CEL over `container`: the whole number that a variable holds, or what it is without. */
export function variable(name: string, fallback: number): string {
  const found = `container.?env.orValue([]).filter(entry, entry.name == "${name}" && entry.?value.orValue("").matches("^[0-9]+$"))`;
  return `(${found}.size() == 0 ? ${fallback} : int(${found}[0].value))`;
}

/** A check of a container or its pod, for each place where pods of servers are described. */
export type ServerCheck = Omit<
  CelCheck,
  'kinds' | 'each' | 'as' | 'pointer' | 'expression' | 'problem' | 'patch'
> & {
  /** CEL over `object`, `container`, and the path to the pod's spec. */
  readonly expression: (pod: string) => string;
  /** JSON pointer below the container: `/resources/limits`. */
  readonly pointer: string;
  readonly problem: string;
};

/** The check on every container that is a vLLM server. */
export function onVllm({ pointer, expression, ...check }: ServerCheck): CelCheck[] {
  return PODS.map(({ path: pod, kinds }) => ({
    ...check,
    kinds,
    each: [`${pod}.containers`],
    as: ['container'],
    only: IS_VLLM,
    expression: expression(`object.${pod}`),
    pointer: `/${pod.replaceAll('.', '/')}/containers/*${pointer}`,
  }));
}

/** What is asked of a pod, or of each container of it that is a vLLM server. */
type PodCheck = ServerCheck & { readonly each?: true };

/** The check on every pod that has a vLLM server; the pointer is below the pod's spec. */
export function onVllmPod({ pointer, expression, each, ...check }: PodCheck): CelCheck[] {
  return PODS.map(({ path, kinds }) => {
    const pod = `object.${path}`;
    const fields = path.split('.');
    const containers = `object.?${fields.join('.?')}.?containers.orValue([])`;
    return {
      ...check,
      kinds,
      expression: each
        ? `${containers}.all(container, !(${IS_VLLM}) || (${expression(pod)}))`
        : `!${containers}.exists(container, ${IS_VLLM}) || (${expression(pod)})`,
      pointer: `/${fields.join('/')}${pointer}`,
    };
  });
}
