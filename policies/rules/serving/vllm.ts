import { COMMAND_LINE, IS_VLLM } from '../../model-servers';
import { SERVERS, TEMPLATES } from '../../pods';
import type { CelCheck } from '../../rule';

export { SERVERS };

/** Where the pods that serve are described, as paths of CEL. */
const PODS = [
  ...new Set(SERVERS.flatMap((kind) => TEMPLATES[kind]).map((place) => `${place}/spec`.slice(1))),
].map((pointer) => pointer.replaceAll('/', '.'));

/** CEL over `container`: whether it is a worker of a group, which has no API of its own. */
export const IS_HEADLESS = `${COMMAND_LINE}.matches("(^| )--headless( |$)")`;

/** CEL over `container`: the whole number after a flag of vLLM, or what it is without the flag. */
export function flag(names: readonly string[], fallback: number): string {
  const found = `${COMMAND_LINE}.find("(^| )(${names.join('|')})[ =][0-9]+")`;
  // A list of one, so that the command line is searched once.
  return `[${found}].map(text, text == "" ? ${fallback} : int(text.find("[0-9]+$")))[0]`;
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
    only: IS_VLLM,
    expression: expression(`object.${pod}`),
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
