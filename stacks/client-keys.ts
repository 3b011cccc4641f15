import * as pulumi from '@pulumi/pulumi';
import type { Workload } from '../config';

/** What nobody guesses in the lifetime of a key, at any rate that a gateway answers. */
const SHORTEST_KEY = 32;

type Key = Pick<Workload, 'name' | 'apiKeySecret'>;

/**
 * Why the keys of workloads cannot be used together, without showing one; undefined when they can.
 *
 * Envoy takes no configuration in which two clients present one key: it would keep the old one, and with it
 * everything that changes later (kgateway issue 14592).
 */
export function refuseKeys(
  workloads: readonly Key[],
  reveal: (secret: string) => string,
): string | undefined {
  const owners = new Map<string, string>();
  const problems = workloads.flatMap(({ name, apiKeySecret }): string[] => {
    if (apiKeySecret === undefined) return [];
    const value = reveal(apiKeySecret);
    const said = `✗ workloads.${name}.apiKeySecret: the value of secret ${apiKeySecret}`;
    if (value.length < SHORTEST_KEY) {
      return [`${said} is shorter than ${SHORTEST_KEY} characters (create a key with openssl rand -hex 32)`];
    }
    const owner = owners.get(value);
    owners.set(value, owner ?? name);
    const shared = 'Envoy would reject it and every later change';
    return owner === undefined
      ? []
      : [`${said} is also the key of ${owner}: ${shared} (use a separate key for each)`];
  });
  return problems.length === 0 ? undefined : problems.join('\n');
}

/**
 * The same secrets, which fail where the keys of workloads cannot be used together: no object that holds one
 * is registered then.
 */
export function usableKeys(
  secrets: Readonly<Record<string, pulumi.Output<string>>>,
  workloads: readonly Key[],
): Readonly<Record<string, pulumi.Output<string>>> {
  const keys = workloads.flatMap(({ apiKeySecret }) => apiKeySecret ?? []);
  if (keys.length === 0) return secrets;
  const checked = pulumi.all(keys.map((name) => secrets[name] as pulumi.Output<string>)).apply((values) => {
    const known = new Map(keys.map((name, index) => [name, values[index] ?? '']));
    const refused = refuseKeys(workloads, (name) => known.get(name) ?? '');
    if (refused !== undefined) throw new pulumi.RunError(refused);
    return known;
  });
  return {
    ...secrets,
    ...Object.fromEntries(keys.map((name) => [name, checked.apply((known) => known.get(name) ?? '')])),
  };
}
