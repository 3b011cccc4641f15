import { defineRule } from '../../rule';

const AT = 'securitypolicy/ai/chat';
const LIMIT = 'backendtrafficpolicy/ai/chat';

const allowed = (...clientCIDRs: readonly string[]) => ({
  [AT]: {
    spec: {
      authorization: {
        defaultAction: 'Deny',
        rules: [{ action: 'Allow', principal: { clientCIDRs } }],
      },
    },
  },
});

const TRUSTED = '/spec/clientIPDetection/xForwardedFor/trustedCIDRs';

const trusted = (...trustedCIDRs: readonly string[]) => ({
  'clienttrafficpolicy/ai/chat': { spec: { clientIPDetection: { xForwardedFor: { trustedCIDRs } } } },
});

const limited = (value: string) => ({
  [LIMIT]: {
    spec: {
      rateLimit: {
        local: {
          rules: [{ clientSelectors: [{ sourceCIDR: { value } }], limit: { requests: 10, unit: 'Second' } }],
        },
      },
    },
  },
});

export const clientRanges = defineRule({
  id: 'G51',
  title: 'ranges of client addresses are ranges',
  effect: 'refused',
  voids: true,
  why:
    'The pattern of the definition accepts texts that only contain a range. Envoy Gateway refuses a policy with a range ' +
    'that it cannot parse, such as one of more bits than an address has, or an address without its bits: routes of ' +
    'a refused policy answer 500. It does not look at the proxies that a ClientTrafficPolicy trusts: its translation ' +
    'ends in a panic there, and no change of the Gateway comes into force any more.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/helpers.go (parseCIDR), securitypolicy.go and backendtrafficpolicy.go; internal/xds/translator/listener.go (originalIPDetectionExtensions) and internal/message/watchutil.go',
  fix: 'write it as 10.0.0.0/8 or 2001:db8::/32; one address as 10.1.2.3/32',
  area: 'gateway',
  scope: 'object',
  kinds: ['SecurityPolicy', 'BackendTrafficPolicy', 'ClientTrafficPolicy'],
  good: [
    { shows: 'two ranges', change: allowed('10.1.2.3/8', '2001:db8::/32') },
    { shows: 'a limit for one address', change: limited('10.1.2.3/32') },
    { shows: 'the proxies in front', change: trusted('10.0.0.0/8') },
  ],
  bad: [
    {
      shows: 'more bits than there are',
      change: allowed('10.0.0.0/8', '192.168.0.0/64'),
      finds: [`${AT} /spec/authorization/rules/0/principal/clientCIDRs/1`],
    },
    {
      shows: 'a limit for an address without bits',
      change: limited('10.1.2.3'),
      finds: [`${LIMIT} /spec/rateLimit/local/rules/0/clientSelectors/0/sourceCIDR/value`],
    },
    {
      shows: 'proxies with more bits than there are',
      change: trusted('10.0.0.0/64'),
      finds: [`clienttrafficpolicy/ai/chat ${TRUSTED}/0`],
      also: ['R05 gateway/ai/chat /spec/listeners/0', 'R20 gateway/ai/chat /spec/listeners/0'],
    },
  ],
  checks: [
    {
      each: ['spec.authorization.rules', 'rule.principal.clientCIDRs'],
      as: ['rule', 'range'],
      expression: 'isCIDR(range)',
      pointer: '/spec/authorization/rules/*/principal/clientCIDRs/*',
      problem: { expression: "range + ' is no range of addresses'" },
    },
    {
      each: ['spec.clientIPDetection.xForwardedFor.trustedCIDRs'],
      as: ['range'],
      expression: 'isCIDR(range)',
      pointer: `${TRUSTED}/*`,
      problem: { expression: "range + ' is no range of addresses, and Envoy Gateway fails at it'" },
    },
    ...['local', 'global'].map((which) => ({
      each: [`spec.rateLimit.${which}.rules`, 'rule.clientSelectors'],
      as: ['rule', 'selector'],
      expression: '!selector.?sourceCIDR.hasValue() || isCIDR(selector.sourceCIDR.value)',
      pointer: `/spec/rateLimit/${which}/rules/*/clientSelectors/*/sourceCIDR/value`,
      problem: { expression: "selector.sourceCIDR.value + ' is no range of addresses'" },
    })),
  ],
});
