import type { PlatformDocument, Sound, WorkloadDocument } from '../document';
import type { UnplacedMistake } from '../mistakes';

interface Caller {
  readonly name: string;
  readonly app?: string | undefined;
  readonly tenant?: string | undefined;
  /** Whether it may name some models only. */
  readonly restricted: boolean;
}

/**
 * That a request belongs to one workload.
 *
 * Where two workloads match a request, Envoy takes the rule with more header matches, a model being one, and
 * then the one with more exact values. So of a workload known by its app and one known by its tenant the app
 * wins for the same models (the plan writes tenants as regular expressions, which lose to exact values), and
 * what one may not call the other still may. App and tenant together win over one of them; there a model in
 * the balance would undo what `models` forbids, or leave it to which route is older, and is refused.
 */
export function checkMatches({ workloads = {} }: Sound<PlatformDocument>): UnplacedMistake[] {
  const callers = Object.entries(workloads).flatMap(([name, workload]) => callerOf(name, workload) ?? []);
  return [...refuseSame(callers), ...refuseOverlaps(callers)];
}

function callerOf(name: string, workload: Sound<WorkloadDocument> | undefined): Caller | undefined {
  if (workload === undefined || ('match' in workload && workload.match === undefined)) return undefined;
  const { match = { app: name }, models } = workload;
  if (Object.values(match).includes(undefined)) return undefined;
  return { name, ...match, restricted: models !== undefined };
}

function refuseSame(callers: readonly Caller[]): UnplacedMistake[] {
  const owners = new Map<string, string>();
  return callers.flatMap(({ name, app, tenant }) => {
    const key = JSON.stringify([app, tenant]);
    const owner = owners.get(key);
    if (owner === undefined) {
      owners.set(key, name);
      return [];
    }
    return [
      {
        at: ['workloads', name, 'match'],
        value: said({ app, tenant }),
        problem: `${said({ app, tenant })} already identifies workload ${owner}: a request belongs to one workload`,
        fix: `give ${name} another app or tenant, or merge the two into one workload with models`,
      },
    ];
  });
}

function refuseOverlaps(callers: readonly Caller[]): UnplacedMistake[] {
  const byApp = new Map(
    callers.flatMap((one) => (one.tenant === undefined ? [[one.app, one] as const] : [])),
  );
  const byTenant = new Map(
    callers.flatMap((one) => (one.app === undefined ? [[one.tenant, one] as const] : [])),
  );
  const both = callers.filter(({ app, tenant }) => app !== undefined && tenant !== undefined);
  const pairs = both.flatMap((caller) => [
    [caller, byApp.get(caller.app)] as const,
    [caller, byTenant.get(caller.tenant)] as const,
  ]);
  const told = new Set<string>();
  return pairs.flatMap(([caller, other]) => {
    if (other === undefined) return [];
    const restricted = [caller, other].find((one) => one.restricted);
    if (restricted === undefined || told.has(restricted.name)) return [];
    told.add(restricted.name);
    const another = restricted === caller ? other : caller;
    return [
      {
        at: ['workloads', restricted.name, 'models'],
        problem: `a request can match both ${said(restricted)} and ${said(another)} of ${another.name}, and its model would decide between them: Envoy prefers the rule that matches more headers, and the model is one of the headers`,
        fix: `give both workloads app and tenant, or use model instead of models in ${restricted.name}`,
      },
    ];
  });
}

function said({ app, tenant }: Pick<Caller, 'app' | 'tenant'>): string {
  return [app !== undefined && `app ${app}`, tenant !== undefined && `tenant ${tenant}`]
    .filter(Boolean)
    .join(' and ');
}
