import { defineRule } from '../../rule';

const AT = 'clienttrafficpolicy/ai/chat';
const DETECTION = '/spec/clientIPDetection/xForwardedFor';

const forwarded = (xForwardedFor: object) => ({ [AT]: { spec: { clientIPDetection: { xForwardedFor } } } });

export const clientAddresses = defineRule({
  id: 'R50',
  title: 'clients cannot choose their own address',
  effect: 'unsafe',
  why:
    'With numTrustedHops Envoy takes the address of a client out of X-Forwarded-For, and with 0 as with 1 it takes the ' +
    'last entry. 0 says that no proxy is in front, so the client itself has written that entry. Whoever trusts all ' +
    'addresses believes every entry, those of the client as well. Rules and limits for addresses then hold for nobody.',
  source:
    'envoyproxy/gateway v1.8.3, internal/xds/translator/listener.go (xffNumTrustedHops) and api/v1alpha1/clienttrafficpolicy_types.go (XForwardedForSettings); envoyproxy/gateway#8542',
  fix: 'remove clientIPDetection where no proxy is in front: Envoy then takes the address of the connection; otherwise count the proxies, or name their addresses',
  area: 'gateway',
  scope: 'object',
  kinds: ['ClientTrafficPolicy'],
  good: [
    { shows: 'one proxy in front', change: forwarded({ numTrustedHops: 1 }) },
    { shows: 'proxies by their addresses', change: forwarded({ trustedCIDRs: ['10.0.0.0/8'] }) },
  ],
  bad: [
    {
      shows: 'no proxy in front',
      change: forwarded({ numTrustedHops: 0 }),
      finds: [`${AT} ${DETECTION}/numTrustedHops`],
    },
    {
      shows: 'trust in everybody',
      change: forwarded({ trustedCIDRs: ['0.0.0.0/0'] }),
      finds: [`${AT} ${DETECTION}/trustedCIDRs`],
    },
  ],
  checks: [
    {
      expression: 'object.spec.?clientIPDetection.xForwardedFor.numTrustedHops.orValue(1) > 0',
      pointer: `${DETECTION}/numTrustedHops`,
      problem: 'the address of a client is what it writes into X-Forwarded-For',
    },
    {
      expression:
        "!object.spec.?clientIPDetection.xForwardedFor.trustedCIDRs.orValue([]).exists(range, range in ['0.0.0.0/0', '::/0'])",
      pointer: `${DETECTION}/trustedCIDRs`,
      problem: 'X-Forwarded-For of every sender is trusted',
    },
  ],
});
