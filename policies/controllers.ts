import { load, YAMLException } from 'js-yaml';
import { ofBundle } from './bundle';
import type { RuleKinds } from './kinds';
import { escaped } from './pointer';

/** A flag of a container, and where its list of arguments stands. */
export interface Flags {
  readonly object: RuleKinds['Deployment'] | RuleKinds['ConfigMap'];
  readonly pointer: string;
  /** By name, without dashes. */
  readonly values: ReadonlyMap<string, string>;
}

/** What Envoy Gateway is told, and where that stands. */
export interface GatewayConfiguration {
  readonly object: RuleKinds['ConfigMap'];
  readonly pointer: string;
  /** Of the kind EnvoyGateway; undefined when it is not YAML. */
  readonly config: Readonly<Record<string, Config>> | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: there is no definition of it; each reader looks only at its own fields
type Config = any;

/** The key under which Envoy Gateway's chart, and everybody after it, keeps its configuration. */
const GATEWAY_KEY = 'envoy-gateway.yaml';

/** Where a process that no pod runs is told the flags of the AI Gateway's controller, one a line. */
const FLAGS_KEY = 'ai-gateway-controller.flags';

/** Envoy Gateway's configuration in a ConfigMap; undefined for any other ConfigMap. */
export function gatewayConfiguration(object: RuleKinds['ConfigMap']): GatewayConfiguration | undefined {
  const text = object.data?.[GATEWAY_KEY];
  if (text === undefined) return undefined;
  return { object, pointer: `/data/${escaped(GATEWAY_KEY)}`, config: parsed(text) };
}

function parsed(text: string): GatewayConfiguration['config'] {
  try {
    const config = load(text);
    return config !== null && typeof config === 'object' ? (config as Record<string, Config>) : undefined;
  } catch (error) {
    if (error instanceof YAMLException) return undefined;
    throw error;
  }
}

/** The flags of every AI Gateway controller of a bundle: every route wants to know. */
export const aiGatewayFlags = ofBundle((all): readonly Flags[] => [
  ...all.ofKind('Deployment').flatMap(flagsOfDeployment),
  ...all.ofKind('ConfigMap').flatMap((object) => {
    const text = object.data?.[FLAGS_KEY];
    if (text === undefined) return [];
    return [{ object, pointer: `/data/${FLAGS_KEY}`, values: flagsOf(text.split('\n')) }];
  }),
]);

function flagsOfDeployment(object: RuleKinds['Deployment']): Flags[] {
  const containers = object.spec?.template.spec?.containers ?? [];
  return [...containers.entries()].flatMap(([index, { args = [] }]) => {
    const values = flagsOf(args);
    // A flag of its own, that its chart always sets.
    if (!values.has('extProcImage')) return [];
    return [{ object, pointer: `/spec/template/spec/containers/${index}/args`, values }];
  });
}

function flagsOf(args: readonly string[]): Map<string, string> {
  return new Map(
    args.flatMap((arg) => {
      const [, name, value] = /^--?([^=\s]+)=(.*)$/s.exec(arg) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
}
