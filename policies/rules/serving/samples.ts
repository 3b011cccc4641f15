import type { Container } from 'kubernetes-types/core/v1';
import { ARGS, VLLM } from '../baseline/model-server';

/** The object that most samples change, and the way to its container. */
export const SERVER = 'deployment/ai/oss';
export const POD = '/spec/template/spec';
export const CONTAINER = `${POD}/containers/0`;

/** A change of the model server's pod. */
export function pod(spec: object): Record<string, object> {
  return { [SERVER]: { spec: { template: { spec } } } };
}

/** Another container in the place of the model server's; null takes a field away. */
export function container(
  change: { readonly [K in keyof Container]?: Container[K] | null },
): Record<string, object> {
  const fields = Object.entries({ ...VLLM, ...change }).filter(([, value]) => value !== null);
  return pod({ containers: [Object.fromEntries(fields)] });
}

/** The arguments of the sound server; a change replaces the one with the same flag, or is added. */
export function args(...changes: readonly string[]): Record<string, object> {
  const name = (arg: string) => arg.split('=', 1)[0];
  const kept = ARGS.filter((arg) => !changes.some((change) => name(change) === name(arg)));
  return container({ args: [...kept, ...changes] });
}

/** The sound server's arguments without a flag. */
export function without(flag: string): Record<string, object> {
  return container({ args: ARGS.filter((arg) => arg.split('=', 1)[0] !== flag) });
}

/** The variables of the sound server with others. */
export function variables(values: Readonly<Record<string, string>>): Record<string, object> {
  const others = (VLLM.env ?? []).filter(({ name }) => !(name in values));
  return container({ env: [...others, ...Object.entries(values).map(([name, value]) => ({ name, value }))] });
}
