import { METRICS } from '../../base/metrics';
import { Duration } from '../../config';
import type { Alert } from './alert';

/** Of the periods; throttling stops all streams of an Envoy together, so little of it is much. */
const THROTTLED = 0.01;

/** Days in which a certificate can be replaced without haste. */
const CERTIFICATE_DAYS = 14;

/** What goes wrong in the gateway. */
export const GATEWAY_ALERTS: readonly Alert[] = [
  {
    name: 'EnvoyThrottled',
    severity: 'ticket',
    for: Duration.minutes(5),
    expr: `gw:cpu_throttled:ratio5m > ${THROTTLED}`,
    summary: '{{ $labels.pod }}: Envoy is throttled in {{ $value | humanizePercentage }} of the periods',
    description:
      'Envoy reached its CPU limit, and the kernel stopped it until the end of the period, up to 100 ms: every request and every stream of this proxy waits.',
  },
  {
    name: 'RateLimiterFailingOpen',
    severity: 'ticket',
    for: Duration.minutes(1),
    expr: `sum by (namespace, pod) (rate(${METRICS.limiterPassed.name}[2m])) > 0`,
    summary: '{{ $labels.pod }}: requests pass without their token budget',
    description:
      'The rate limit service does not answer, and Envoy lets requests pass uncounted (gateway.limiter.failClosed is false): token budgets have no effect.',
  },
  {
    name: 'CertificateExpiresSoon',
    severity: 'ticket',
    for: Duration.minutes(10),
    expr: `min by (namespace, pod) (${METRICS.certificateDays.name}) < ${CERTIFICATE_DAYS}`,
    summary: '{{ $labels.pod }}: a certificate expires in {{ $value }} days',
    description:
      'The first to expire of all certificates that this Envoy holds: that of the listener, and that with which it reaches the controller. 0 days means that it has expired.',
  },
];
