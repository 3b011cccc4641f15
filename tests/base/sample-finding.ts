import type { Finding } from '../../base/finding';

/** An Envoy with more workers than CPUs, as the rule about it says it. */
export const WORKERS: Finding = {
  rule: 'R02',
  severity: 'error',
  object: 'envoyproxy/ai/chat',
  pointer: '/spec/concurrency',
  value: 4,
  problem: 'concurrency is 4 and the CPU limit "2"',
  fix: 'use 2',
};
