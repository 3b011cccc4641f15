/** Where a server listens: a loopback IPv4 address and a port; port 0 lets the system choose a free one. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export function formatAddress(address: Address): string {
  return `${address.host}:${address.port}`;
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is already in use; stop the process that holds it, or use port 0 for a free port',
  EADDRNOTAVAIL: 'is not an address of this machine; use one in 127.0.0.0/8',
  EACCES: 'needs more rights than this user has; use a port from 1024 on',
};

/** The error of a failed `listen` or `bind`, in words that name the address and the way out. */
export function listenFailure(error: NodeJS.ErrnoException, address: Address): Error {
  const reason = reasons[error.code ?? ''] ?? `cannot be used to listen on: ${error.message}`;
  return new Error(`${formatAddress(address)} ${reason}`, { cause: error });
}
