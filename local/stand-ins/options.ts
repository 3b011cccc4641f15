import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { InvalidArgumentError } from 'commander';
import type { Address } from './address';
import type { ExtAuthProps } from './ext-auth';
import type { GpuOwner } from './gpu-load';

/** `127.0.0.1:8000`. Loopback only: a stand-in has no access control worth the name. */
export function loopbackAddress(value: string): Address {
  const [host = '', port = '', ...rest] = value.split(':');
  const inRange = /^\d{1,5}$/.test(port) && Number(port) <= 65535;
  if (rest.length > 0 || !isIPv4(host) || !host.startsWith('127.') || !inRange) {
    throw new InvalidArgumentError(
      'use an address in 127.0.0.0/8 and a port: 127.0.0.1:8000, or port 0 for a free port',
    );
  }
  return { host, port: Number(port) };
}

/** A whole number from `least` on. */
export function wholeNumber(least: number): (value: string) => number {
  return (value) => {
    if (!/^\d{1,9}$/.test(value) || Number(value) < least) {
      throw new InvalidArgumentError(`use a whole number of at least ${least}`);
    }
    return Number(value);
  };
}

/** A number from 0 on, such as 10.5. */
export function positiveNumber(value: string): number {
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(value))
    throw new InvalidArgumentError('use a number from 0 on, such as 10.5');
  return Number(value);
}

/** `NAMESPACE/POD/CONTAINER`. */
export function gpuOwner(value: string): GpuOwner {
  const [namespace, pod, container, ...rest] = value.split('/');
  if (!namespace || !pod || !container || rest.length > 0) {
    throw new InvalidArgumentError('use NAMESPACE/POD/CONTAINER');
  }
  return { namespace, pod, container };
}

/** `/v1beta/openai`; a slash at the end is dropped. */
export function pathPrefix(value: string): string {
  if (!/^(\/[\w.~-]+)+\/?$/.test(value)) throw new InvalidArgumentError('use a path such as /v1beta/openai');
  return value.replace(/\/$/, '');
}

/**
 * The provider's key: the text of `file`, else `STAND_IN_API_KEY`; surrounding white space is dropped. Never an
 * argument, because every user of a machine can read those. Throws where neither or both are given.
 */
export function readApiKey(file: string | undefined): string {
  const fromEnvironment = process.env.STAND_IN_API_KEY;
  if (file !== undefined && fromEnvironment !== undefined) {
    throw new Error('the key is given twice: use --api-key-file or STAND_IN_API_KEY, not both');
  }
  const key = (file === undefined ? fromEnvironment : readFileSync(file, 'utf8'))?.trim();
  if (!key) throw new Error('a provider needs a key: set STAND_IN_API_KEY, or give --api-key-file FILE');
  return key;
}

/** The clients of an authorization service, from `STAND_IN_CLIENTS`: `{"KEY": {"workload": "batch"}}`. */
export function readClients(): ExtAuthProps['clients'] {
  const clients = process.env.STAND_IN_CLIENTS;
  if (!clients) throw new Error('an authorization service needs clients: set STAND_IN_CLIENTS');
  return JSON.parse(clients);
}
