import { randomUUID } from 'node:crypto';
import { type Exchange, json, Refusal, type StandIn, text, type WholeReply } from './http';

export interface McpServerProps {
  /** Names of its tools; each repeats what it was called with. */
  readonly tools: readonly string[];
  /** The one key that it accepts as `Authorization: Bearer`. */
  readonly apiKey: string;
}

interface Message {
  readonly jsonrpc: '2.0';
  /** Absent in a notification, which gets no answer. */
  readonly id?: string | number;
  readonly method: string;
  readonly params?: {
    readonly name?: string;
    readonly arguments?: unknown;
    readonly protocolVersion?: string;
  };
}

/** `METHOD_NOT_FOUND` and `INVALID_PARAMS` of JSON-RPC 2.0. */
const NOT_FOUND = -32601;
const INVALID = -32602;

/** The version of the protocol that is spoken when a client names none. */
const PROTOCOL = '2025-06-18';

/**
 * A server of the Model Context Protocol over streamable HTTP, behind a key: sessions, tools, and nothing else.
 * It answers with plain JSON, which the protocol allows, and never sends by itself.
 */
export function mcpServer({ tools, apiKey }: McpServerProps): StandIn {
  const sessions = new Set<string>();

  const post = (exchange: Exchange): WholeReply => {
    authorize(exchange, apiKey);
    const message = exchange.json as Message | undefined;
    if (message?.jsonrpc !== '2.0' || typeof message.method !== 'string') {
      throw new Refusal(400, 'the body is not a JSON-RPC 2.0 message');
    }
    if (message.method === 'initialize') {
      const session = randomUUID();
      sessions.add(session);
      return { ...json(result(message, welcome(message))), headers: { 'mcp-session-id': session } };
    }
    const [session = ''] = exchange.headers['mcp-session-id'] ?? [];
    if (!sessions.has(session)) throw new Refusal(404, 'unknown session');
    if (message.id === undefined) return { ...text(''), status: 202 };
    return json(answer(message));
  };

  const answer = (message: Message) => {
    switch (message.method) {
      case 'ping':
        return result(message, {});
      case 'tools/list':
        return result(message, { tools: tools.map(describeTool) });
      case 'tools/call': {
        const { name = '', arguments: given = {} } = message.params ?? {};
        if (!tools.includes(name)) return failure(message, INVALID, `Unknown tool: ${name}`);
        const said = `${name} of a stand-in was called with ${JSON.stringify(given)}`;
        return result(message, { content: [{ type: 'text', text: said }], isError: false });
      }
      default:
        return failure(message, NOT_FOUND, `Method not found: ${message.method}`);
    }
  };

  return {
    kind: 'mcp-server',
    routes: {
      'POST /mcp': post,
      'DELETE /mcp': (exchange) => {
        authorize(exchange, apiKey);
        for (const session of exchange.headers['mcp-session-id'] ?? []) sessions.delete(session);
        return text('');
      },
    },
    refuse: ({ status, message }) =>
      json({ jsonrpc: '2.0', id: null, error: { code: INVALID, message } }, status),
  };
}

function authorize({ headers }: Exchange, apiKey: string): void {
  if (headers.authorization?.length !== 1 || headers.authorization[0] !== `Bearer ${apiKey}`) {
    throw new Refusal(401, 'the key is wrong or missing');
  }
}

function welcome({ params }: Message) {
  return {
    protocolVersion: params?.protocolVersion ?? PROTOCOL,
    capabilities: { tools: { listChanged: false } },
    serverInfo: { name: 'stand-in', version: '0.0.0' },
  };
}

const describeTool = (name: string) => ({
  name,
  description: `Repeats what ${name} is called with`,
  inputSchema: { type: 'object', properties: { query: { type: 'string' } } },
});

const result = ({ id }: Message, value: object) => ({ jsonrpc: '2.0', id, result: value });
const failure = ({ id }: Message, code: number, message: string) => ({
  jsonrpc: '2.0',
  id,
  error: { code, message },
});
