import type { IncomingMessage } from 'node:http';
import type { Address } from './address';
import type { Faults } from './faults';
import { json, listen, type Served, type StandIn, splitTarget, type WholeReply } from './http';
import type { Recorder, RequestRecord } from './recorder';

/** `GET /requests?after=SEQ`. */
export interface RequestList {
  readonly standIn: StandIn['kind'];
  readonly name: string;
  /** Requests seen since the start or the last `DELETE /requests`. */
  readonly count: number;
  /** How many of them memory no longer holds; the record file has them. */
  readonly dropped: number;
  readonly requests: readonly RequestRecord[];
}

export interface AdminProps {
  readonly kind: StandIn['kind'];
  readonly name: string;
  readonly address: Address;
  readonly recorder: Recorder;
  readonly faults: Faults;
}

/** What a stand-in saw, over HTTP on a port of its own: what is asked here is not recorded. */
export function serveAdmin(props: AdminProps): Promise<Served> {
  return listen(props.address, (request, response) => {
    const reply = answer(props, request);
    response.writeHead(reply.status, { 'content-type': reply.contentType, 'x-stand-in': props.kind });
    response.end(reply.body);
    request.resume();
  });
}

function answer({ kind, name, recorder, faults }: AdminProps, request: IncomingMessage): WholeReply {
  const { path, query } = splitTarget(request);
  switch (`${request.method} ${path}`) {
    case 'GET /healthz':
      return json({ standIn: kind, name });
    case 'DELETE /requests':
      recorder.clear();
      return json({ standIn: kind, name, count: 0 });
    case 'GET /requests': {
      const after = query.get('after') ?? '0';
      if (!/^\d+$/.test(after)) {
        return json({ error: `after=${after} is not a sequence number; use the seq of a record, or 0` }, 400);
      }
      const list: RequestList = {
        standIn: kind,
        name,
        count: recorder.count,
        dropped: recorder.dropped,
        requests: recorder.after(Number(after)),
      };
      return json(list);
    }
    case 'PUT /faults': {
      const [match, status] = [query.get('match') ?? '', Number(query.get('status'))];
      if (match === '' || !Number.isInteger(status) || status < 400 || status > 599) {
        return json({ error: 'set match=TEXT to a non-empty text, and status to 400 to 599' }, 400);
      }
      faults.set(match, status);
      return json({ standIn: kind, name, match, status });
    }
    case 'DELETE /faults':
      faults.clear();
      return json({ standIn: kind, name });
    default:
      return json(
        {
          error:
            'known requests are GET /requests?after=SEQ, DELETE /requests, PUT /faults?match=TEXT&status=STATUS, DELETE /faults and GET /healthz',
        },
        404,
      );
  }
}
