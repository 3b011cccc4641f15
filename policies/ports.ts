import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { commandLineOf } from './command-line';
import type { ModelServer } from './model-servers';

/** Containers of a pod that run beside each other: sidecars are init containers that stay. */
export function runningIn({ containers, initContainers = [] }: PodSpec): readonly Container[] {
  return [...containers, ...initContainers.filter((one) => Reflect.get(one, 'restartPolicy') === 'Always')];
}

/** The number of a port of a pod that is said by name or number; undefined for a name that no container has. */
export function portOf(spec: PodSpec, port: string | number): number | undefined {
  if (typeof port === 'number') return port;
  return runningIn(spec)
    .flatMap(({ ports = [] }) => ports)
    .find(({ name }) => name === port)?.containerPort;
}

/**
 * Whether somebody other than the API of a server may listen on a port: another container, or the server itself where
 * a flag or a variable has the number.
 */
export function isOpenPort({ spec, container }: ModelServer, port: number, listens: number): boolean {
  if (port === listens) return true;
  const others = runningIn(spec).filter((one) => one !== container);
  if (others.some(({ ports = [] }) => ports.some(({ containerPort }) => containerPort === port))) return true;
  // A container that lists no port may listen on any.
  if (others.some(({ ports = [] }) => ports.length === 0)) return true;
  const written = [
    ...commandLineOf(container).words,
    ...(container.env ?? []).map(({ value = '' }) => value),
  ];
  return written.some((text) => new RegExp(`(?<!\\d)${port}(?!\\d)`).test(text));
}
