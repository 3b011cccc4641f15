import type { OutgoingHttpHeaders } from 'node:http';
import { type Answer, HttpClient } from '../../validation/client';
import { LISTENER } from './chat';

// biome-ignore lint/suspicious/noExplicitAny: answers of the protocol
type Json = any;

/** A client of the gateway's MCP endpoint. Not by fetch: it knows port 10080 as one of those that browsers refuse. */
export class McpSession {
  private readonly client = new HttpClient(30_000);
  private session: OutgoingHttpHeaders = {};

  constructor(private readonly headers: OutgoingHttpHeaders) {}

  send(message: object): Promise<Answer> {
    const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    return this.client.send({
      what: 'the MCP endpoint',
      url: `http://127.0.0.1:${LISTENER}/mcp`,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...this.headers,
        ...this.session,
      },
      body: { bytes: bytes.length, slices: () => [bytes] },
    });
  }

  /** Opens a session; false while the endpoint is not there yet. */
  async open(): Promise<boolean> {
    this.session = {};
    const clientInfo = { name: 'test', version: '1' };
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
    const { status, headers } = await this.send({ id: 1, method: 'initialize', params });
    this.session = { 'mcp-session-id': headers['mcp-session-id'] };
    return status === 200;
  }

  /** The answer to a request, which comes as JSON or as the one event of a stream. */
  async ask(method: string, params: object = {}): Promise<Json> {
    const { text } = await this.send({ id: 1, method, params });
    return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text);
  }
}
