import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuController, throttlingOf } from '../../local/cpu-group';

const V1 = [
  'proc /proc proc rw 0 0',
  'cgroup /sys/fs/cgroup/cpuset cgroup rw,cpuset 0 0',
  'cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,cpu,cpuacct 0 0',
  'cgroup2 /sys/fs/cgroup/unified cgroup2 rw,nosuid 0 0',
].join('\n');

test('the CPU controller is where version 1 has it, or version 2, or nowhere [cpu-group]', () => {
  const none = () => 'memory pids\n';
  assert.deepEqual(cpuController(V1, none), { version: 'v1', root: '/sys/fs/cgroup/cpu,cpuacct' });
  const v2 = 'cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n';
  assert.deepEqual(
    cpuController(v2, () => 'cpuset cpu io memory\n'),
    { version: 'v2', root: '/sys/fs/cgroup' },
  );
  assert.equal(cpuController(v2, none), undefined);
  assert.equal(cpuController('proc /proc proc rw 0 0', none), undefined);
});

test('both versions say how often a group was stopped, and for how long', () => {
  const found = { periods: 10, throttled: 4, throttledSeconds: 1.5 };
  assert.deepEqual(throttlingOf('nr_periods 10\nnr_throttled 4\nthrottled_time 1500000000\n'), found);
  assert.deepEqual(
    throttlingOf('usage_usec 9\nnr_periods 10\nnr_throttled 4\nthrottled_usec 1500000\n'),
    found,
  );
});
