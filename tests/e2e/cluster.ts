import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { load } from 'js-yaml';

// biome-ignore lint/suspicious/noExplicitAny: objects as the API server returns them
type Json = any;

/** The API server of a datacenter, by its kubeconfig as any client reads it. */
export class Cluster {
  constructor(private readonly state: string) {}

  get(path: string): Promise<Json> {
    return this.call('GET', path);
  }

  async list(path: string): Promise<Json[]> {
    return (await this.call('GET', path)).items;
  }

  create(path: string, object: object): Promise<Json> {
    return this.call('POST', path, object);
  }

  private call(method: string, path: string, body?: object): Promise<Json> {
    const config = load(readFileSync(join(this.state, 'kubeconfig'), 'utf8')) as Json;
    const { server, 'certificate-authority-data': ca } = config.clusters[0].cluster;
    const headers = {
      authorization: `Bearer ${config.users[0].user.token}`,
      'content-type': 'application/json',
    };
    return new Promise((resolve, reject) => {
      const options = { method, headers, ca: Buffer.from(ca, 'base64'), agent: false, timeout: 10_000 };
      const req = request(`${server}${path}`, options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('end', () => {
          const status = response.statusCode ?? 0;
          if (status < 300) resolve(JSON.parse(text));
          else reject(new Error(`${method} ${path}: ${status} ${text}`));
        });
      });
      req.once('timeout', () => req.destroy(new Error(`${method} ${path}: no answer in 10 s`)));
      req.once('error', reject);
      req.end(body && JSON.stringify(body));
    });
  }
}
