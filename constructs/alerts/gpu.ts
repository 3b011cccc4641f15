import { METRICS, type Metric } from '../../base/metrics';
import { Duration } from '../../config';
import { readable } from '../recorded-expressions';
import type { Alert } from './alert';

/** Both directions of all GPUs of a pod; tensor parallel work sends some tens of GB a second. */
const SILENT_BYTES = 1e9;

/** Share of the time in which a GPU computes from which on the ranks must be talking. */
const AT_WORK = 0.3;

/**
 * What goes wrong with GPUs.
 *
 * @param servers Names of model servers that spread each layer over several GPUs; their pods begin with them.
 */
export function gpuAlerts(namespace: string, servers: readonly string[]): readonly Alert[] {
  if (servers.length === 0) return [];
  const pods = `{namespace="${namespace}", pod=~"(${servers.join('|')})-.+"}`;
  const read = (metric: Metric) => readable(metric, pods);
  const { nvlinkSent, nvlinkReceived, gpuActive } = METRICS;
  return [
    {
      name: 'NvlinkSilent',
      severity: 'ticket',
      for: Duration.minutes(5),
      expr:
        `sum by (namespace, pod) (${read(nvlinkSent)} + ${read(nvlinkReceived)}) < ${SILENT_BYTES}\n` +
        `and avg by (namespace, pod) (${read(gpuActive)}) > ${AT_WORK}`,
      summary: '{{ $labels.pod }}: the GPUs compute, and NVLink carries {{ $value | humanize }}B/s',
      description:
        'Tensor parallel ranks exchange their results at every layer. They do it over PCIe or the memory of the host now, several times slower.',
    },
  ];
}
