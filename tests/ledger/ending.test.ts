import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type End, endingOf, SIGNS, SIGNS_AFTER_AN_ATTEMPT } from '../../ledger/ending';
import type { Ending } from '../../ledger/record';

/** Every flag that Envoy 1.38 has (source/common/stream_info/utility.h, CORE_RESPONSE_FLAGS). */
const FLAGS = [
  ...['LH', 'UH', 'UT', 'LR', 'UR', 'UF', 'UC', 'UO', 'NR', 'DI', 'FI', 'RL', 'UAEX', 'RLSE', 'DC', 'URX'],
  ...['SI', 'IH', 'DPE', 'UMSDR', 'RFCF', 'NFCF', 'DT', 'UPE', 'NC', 'OM', 'DF', 'DO', 'DR', 'UDO'],
];

type Row = readonly [status: number, flags: string, details: string, attempts: number, ending: Ending];

const OF_EACH_FLAG: Readonly<Record<string, Row>> = {
  DC: [200, 'DC', 'downstream_remote_disconnect', 1, 'left'],
  DR: [200, 'DR', 'http2.remote_reset', 1, 'left'],
  DPE: [200, 'DPE', 'http2.violation.of.messaging.rule', 1, 'left'],
  UH: [503, 'UH', 'no_healthy_upstream', 1, 'failed'],
  UF: [503, 'UF', 'upstream_reset_before_response_started{remote_connection_failure}', 1, 'failed'],
  UO: [503, 'UO', 'upstream_reset_before_response_started{overflow}', 1, 'failed'],
  NC: [503, 'NC', 'cluster_not_found', 0, 'failed'],
  DF: [503, 'DF', 'dns_resolution_failure', 0, 'failed'],
  DO: [503, 'DO', 'drop_overload', 0, 'failed'],
  UDO: [503, 'UDO', 'unconditional_drop_overload', 0, 'failed'],
  URX: [503, 'UF,URX', 'upstream_reset_before_response_started{remote_connection_failure}', 3, 'failed'],
  UT: [504, 'UT', 'response_timeout', 1, 'failed'],
  UR: [503, 'UR', 'upstream_reset_before_response_started{remote_reset}', 1, 'failed'],
  UC: [200, 'UC', 'upstream_reset_after_response_started{connection_termination}', 1, 'failed'],
  UPE: [502, 'UPE', 'upstream_reset_before_response_started{protocol_error}', 1, 'failed'],
  UMSDR: [504, 'UMSDR', 'upstream_max_stream_duration_reached', 1, 'failed'],
  LR: [503, 'LR', 'upstream_reset_before_response_started{local_reset}', 1, 'failed'],
  SI: [504, 'SI', 'stream_idle_timeout', 1, 'failed'],
  DT: [200, 'DT', 'duration_timeout', 1, 'failed'],
  OM: [503, 'OM', 'overload', 1, 'failed'],
  LH: [503, 'LH', 'health_check_failed', 0, 'refused'],
  NR: [404, 'NR', 'route_not_found', 0, 'refused'],
  FI: [503, 'FI', 'fault_filter_abort', 0, 'refused'],
  RL: [429, 'RL', 'request_rate_limited', 0, 'refused'],
  UAEX: [401, 'UAEX', 'ext_authz_denied', 0, 'refused'],
  RLSE: [500, 'RLSE', 'rate_limiter_error', 0, 'refused'],
  IH: [400, 'IH', 'request_headers_failed_strict_check', 0, 'refused'],
  NFCF: [500, 'NFCF', 'no_filter_config_found', 0, 'refused'],
  DI: [200, 'DI', 'via_upstream', 1, 'whole'],
  RFCF: [200, 'RFCF', 'response_from_cache_filter', 0, 'whole'],
};

/** Ends without a flag, as the embedded gateway logs them. */
const WITHOUT_A_FLAG: readonly Row[] = [
  [200, '-', 'via_upstream', 1, 'whole'],
  [200, '', 'via_upstream', 3, 'whole'],
  [0, '-', '', 1, 'left'],
  [0, '-', 'downstream_remote_disconnect', 0, 'left'],
  [200, '-', 'downstream_remote_disconnect', 1, 'left'],
  [200, '-', 'http2.remote_reset', 1, 'left'],
  [400, '-', 'via_upstream', 1, 'failed'],
  [429, '-', 'via_upstream', 2, 'failed'],
  [500, '-', 'via_upstream', 1, 'failed'],
  [200, '-', 'upstream_reset_after_response_started{remote_reset}', 1, 'failed'],
  [500, '-', 'ext_proc_error_gRPC_error_14{upstream_connect_error}', 1, 'failed'],
  [200, '-', 'ext_proc_error_gRPC_error_2{error}', 1, 'failed'],
  [200, '-', 'response_payload_too_large', 1, 'failed'],
  [401, '-', 'missing_api_key', 0, 'refused'],
  [401, '-', 'jwt_authn_access_denied{Jwt_is_expired}', 0, 'refused'],
  [404, '-', 'direct_response', 0, 'refused'],
  [413, '-', 'request_payload_too_large', 0, 'refused'],
  [408, 'SI', 'stream_idle_timeout', 0, 'refused'],
  [400, 'DPE', 'http1.codec_error', 0, 'refused'],
  [503, 'OM', 'overload', 0, 'refused'],
  [200, '-', '', 0, 'whole'],
];

const endOf = ([status, flags, details, attempts]: Row): End => ({ status, flags, details, attempts });

describe('how an answer ended', () => {
  for (const row of [...Object.values(OF_EACH_FLAG), ...WITHOUT_A_FLAG]) {
    const [status, flags, details, attempts, ending] = row;
    test(`${status} ${flags || 'no flag'} ${details || 'no details'}, attempts ${attempts}: ${ending}`, () => {
      assert.equal(endingOf(endOf(row)), ending);
    });
  }

  test('every flag of Envoy has a row, and each sign is one that a row needs', () => {
    assert.deepEqual(Object.keys(OF_EACH_FLAG).sort(), [...FLAGS].sort());
    const rows = [...Object.values(OF_EACH_FLAG), ...WITHOUT_A_FLAG];
    for (const { flag, details } of [...SIGNS, ...SIGNS_AFTER_AN_ATTEMPT]) {
      const shows = ([, flags, told]: Row) =>
        flag === undefined
          ? told.startsWith(details ?? '') && flags !== 'DC'
          : flags.split(',').includes(flag);
      assert.ok(rows.some(shows), flag ?? details);
    }
  });

  test('a client that leaves decides, whatever else happened', () => {
    for (const flag of FLAGS) {
      assert.equal(endingOf({ status: 200, flags: `${flag},DC`, details: '', attempts: 1 }), 'left');
    }
  });

  test('a refusal that its client did not wait for stays one: no model was asked', () => {
    const details = 'downstream_local_disconnect(purging_socket_that_have_not_progressed_to_connections)';
    assert.equal(endingOf({ status: 429, flags: 'RL,DC', details, attempts: 0 }), 'refused');
    assert.equal(endingOf({ status: 429, flags: 'DC', details: '', attempts: 1 }), 'left');
  });
});
