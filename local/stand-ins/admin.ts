import type { IncomingMessage } from 'node:http';
import type { Address } from './address';
import type { EngineTrouble } from './engine/trouble';
import type { Faults } from './faults';
import { json, listen, type Served, type StandIn, splitTarget, type WholeReply } from './http';
import type { MetricChanges } from './metric-changes';
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
  readonly metrics: MetricChanges;
  /** What `GET /state` answers. Default: 404. */
  readonly state?: (() => unknown) | undefined;
  /** What `PUT /trouble` does. Default: 404. */
  readonly trouble?: ((trouble: EngineTrouble) => void) | undefined;
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

type Action = (props: AdminProps, query: URLSearchParams) => WholeReply;

const refused = (error: string, status = 400) => json({ error }, status);

const ACTIONS: Readonly<Record<string, Action>> = {
  'GET /requests': requestsAfter,
  'DELETE /requests': ({ kind, name, recorder }) => {
    recorder.clear();
    return json({ standIn: kind, name, count: 0 });
  },
  'GET /state': ({ kind, name, state }) => {
    const told = state?.();
    return told === undefined
      ? refused('this stand-in has no state to tell', 404)
      : json({ standIn: kind, name, ...Object(told) });
  },
  'PUT /faults': refuseRequests,
  'DELETE /faults': ({ kind, name, faults }) => {
    faults.clear();
    return json({ standIn: kind, name });
  },
  'PUT /trouble': makeTrouble,
  'DELETE /trouble': (props) => makeTrouble(props, new URLSearchParams()),
  'PUT /metrics': changeMetrics,
  'DELETE /metrics': ({ kind, name, metrics }) => {
    metrics.clear();
    return json({ standIn: kind, name });
  },
  'GET /healthz': ({ kind, name }) => json({ standIn: kind, name }),
};

const KNOWN =
  'known requests are GET /requests?after=SEQ, DELETE /requests, GET /state, PUT /faults?match=TEXT&status=STATUS, ' +
  'DELETE /faults, PUT /trouble?slower=TIMES&lostBlocks=COUNT&stall=SECONDS, DELETE /trouble, PUT /metrics?rename=NAME&to=NAME, PUT /metrics?drop=NAME, DELETE /metrics and GET /healthz';

function answer(props: AdminProps, request: IncomingMessage): WholeReply {
  const { path, query } = splitTarget(request);
  return ACTIONS[`${request.method} ${path}`]?.(props, query) ?? refused(KNOWN, 404);
}

function requestsAfter({ kind, name, recorder }: AdminProps, query: URLSearchParams): WholeReply {
  const after = query.get('after') ?? '0';
  if (!/^\d+$/.test(after)) {
    return refused(`after=${after} is not a sequence number; use the seq of a record, or 0`);
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

function refuseRequests({ kind, name, faults }: AdminProps, query: URLSearchParams): WholeReply {
  const [match, status] = [query.get('match') ?? '', Number(query.get('status'))];
  if (match === '' || !Number.isInteger(status) || status < 400 || status > 599) {
    return refused('set match=TEXT to a non-empty text, and status to 400 to 599');
  }
  faults.set(match, status);
  return json({ standIn: kind, name, match, status });
}

const TROUBLES = ['slower', 'lostBlocks', 'stall'] as const;

/** Replaces the trouble that there was; none by no parameter. */
function makeTrouble({ kind, name, trouble }: AdminProps, query: URLSearchParams): WholeReply {
  if (trouble === undefined) return refused('this stand-in has no engine to make trouble in', 404);
  const asked = TROUBLES.filter((key) => query.has(key)).map((key) => [key, Number(query.get(key))] as const);
  if (asked.some(([, value]) => !(value >= 0)) || [...query.keys()].length !== asked.length) {
    return refused('set slower=TIMES, lostBlocks=COUNT and stall=SECONDS to numbers from 0 on');
  }
  const wanted: EngineTrouble = Object.fromEntries(asked);
  trouble(wanted);
  return json({ standIn: kind, name, trouble: wanted });
}

/** As Prometheus has it. */
const METRIC_NAME = /^[a-zA-Z_:][\w:]*$/;

function changeMetrics({ kind, name, metrics }: AdminProps, query: URLSearchParams): WholeReply {
  const [rename, to, drop] = ['rename', 'to', 'drop'].map((key) => query.get(key));
  if (drop && METRIC_NAME.test(drop) && !rename) metrics.drop(drop);
  else if (rename && to && METRIC_NAME.test(rename) && METRIC_NAME.test(to) && !drop)
    metrics.rename(rename, to);
  else
    return refused(
      'set rename=NAME and to=NAME, or drop=NAME, to names of metrics without _bucket, _count or _sum',
    );
  return json({ standIn: kind, name, rename, to, drop });
}
