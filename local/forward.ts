import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { pipeline } from 'node:stream';
import { listenFailure } from './stand-ins/address';

/** Leads TCP connections on a loopback address to a port of localhost. */
export class Forward {
  private constructor(private readonly server: Server) {}

  static async open(from: { readonly host: string; readonly port: number }, to: number): Promise<Forward> {
    const server = createServer((client) => {
      const upstream = connect({ host: '127.0.0.1', port: to });
      // Either side may leave at any time; pipeline then ends the other one.
      pipeline(client, upstream, () => {});
      pipeline(upstream, client, () => {});
    });
    server.listen(from.port, from.host);
    await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
      throw listenFailure(error, from);
    });
    return new Forward(server);
  }

  close(): void {
    this.server.close();
  }
}
