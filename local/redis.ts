import { join } from 'node:path';
import { accepts } from './probe';
import type { Component } from './process';
import type { Toolchain } from './toolchain';

/** The Redis that the rate-limit service counts in; it keeps nothing on disk, like the one of a cluster. */
export function limiterRedis(state: string, toolchain: Toolchain, port: number): Component {
  return {
    name: 'redis',
    command: toolchain.file('redis-server'),
    args: ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--dir', join(state, 'run')],
    ready: () => accepts('127.0.0.1', port),
    startSeconds: 10,
    address: `127.0.0.1:${port}`,
  };
}
