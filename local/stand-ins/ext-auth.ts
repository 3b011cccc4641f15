import { type Exchange, json, type StandIn } from './http';

/** Who a key belongs to; names become the identity headers. */
export interface Client {
  readonly workload: string;
  readonly tenant?: string;
}

export interface ExtAuthProps {
  /** Clients by the key that they present as `Authorization: Bearer KEY`. */
  readonly clients: Readonly<Record<string, Client>>;
}

/** An authorization service that knows a few keys: 200 and who it is, or 401. */
export function extAuth({ clients }: ExtAuthProps): StandIn {
  const check = ({ headers }: Exchange) => {
    const [, key = ''] = /^Bearer (.+)$/.exec(headers.authorization?.[0] ?? '') ?? [];
    const client = Object.hasOwn(clients, key) ? clients[key] : undefined;
    if (client === undefined) return json({ error: 'unknown key' }, 401);
    return {
      ...json({}),
      headers: {
        'x-workload-app': client.workload,
        ...(client.tenant !== undefined && { 'x-tenant': client.tenant }),
      },
    };
  };
  return {
    kind: 'ext-auth',
    // A gateway asks with the method of the request that it asks about.
    routes: { 'POST /check': check, 'GET /check': check },
    refuse: ({ status, message }) => json({ error: message }, status),
  };
}
