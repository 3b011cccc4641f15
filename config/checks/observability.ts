import type { PlatformDocument, Sound } from '../document';
import type { Path, UnplacedMistake } from '../mistakes';

/** That the embedded datacenter is asked for what its processes and simulated nodes can do. */
export function checkObservability({
  cluster,
  gateway,
  observability = {},
}: Sound<PlatformDocument>): UnplacedMistake[] {
  if (cluster === undefined || !('local' in cluster)) return [];
  const { prometheus, dcgmExporter } = observability;
  const refuse = (at: Path, value: unknown, problem: string, fix: string) => [{ at, value, problem, fix }];
  const [kind] = prometheus === undefined ? [] : Object.keys(prometheus);
  return [
    ...(kind === undefined || kind === 'existing'
      ? []
      : refuse(
          ['observability', 'prometheus', kind],
          undefined,
          'the embedded datacenter runs a Prometheus of its own, as a process, and no Prometheus operator',
          'remove it',
        )),
    ...(typeof dcgmExporter === 'object'
      ? refuse(
          ['observability', 'dcgmExporter', 'own'],
          undefined,
          'nothing runs on the simulated nodes of the embedded datacenter; a stand-in exposes the metrics of their GPUs',
          'remove it',
        )
      : []),
    ...(gateway?.ledger === undefined
      ? []
      : refuse(
          ['gateway', 'ledger'],
          undefined,
          'the embedded datacenter runs Envoy as a process, which has no pod for a collector',
          'remove it, and read the log of Envoy with vcf-ai ledger ingest',
        )),
  ];
}
