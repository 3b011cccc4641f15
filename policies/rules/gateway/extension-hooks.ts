import { listed } from '../../../base/text';
import { gatewayConfiguration } from '../../controllers';
import type { RuleKinds } from '../../kinds';
import { defineRule } from '../../rule';
import { configMap, extension } from './samples';

const CONFIG = 'configmap/envoy-gateway-system/envoy-gateway-config /data/envoy-gateway.yaml';

/** The hooks at which the AI gateway works, and what it must be shown of a translation. */
const HOOKS = ['Translation', 'Cluster', 'Route'];

/** What Envoy Gateway shows without being told (api/v1alpha1/envoygateway_helpers.go, ShouldInclude…). */
const SHOWN = { listener: false, route: false, cluster: true, secret: true };

const ALL = { includeAll: true };

const hooks = (xdsTranslator: object) => ({
  extensionManager: extension({ maxMessageSize: '64Mi', hooks: { xdsTranslator } }),
});

const translation = { listener: ALL, route: ALL, cluster: ALL, secret: ALL };

export const extensionHooks = defineRule({
  id: 'G42',
  title: 'Envoy Gateway is configured for the AI gateway',
  effect: 'failing',
  why:
    'The AI gateway changes what Envoy Gateway translates, at the hooks Translation, Cluster and Route, and it ' +
    'needs all listeners and routes for that. Without a hook both controllers are healthy and every route has ' +
    'Accepted=True, but requests leave without the external processor: without a key, translation or limit. ' +
    'Without enableBackend no backend of a model is accepted. Hooks of older releases (VirtualHost) are not enough.',
  source:
    'envoyproxy/ai-gateway v1.0.0, manifests/envoy-gateway-values.yaml and internal/extensionserver; envoyproxy/gateway v1.8.3, internal/xds/translator/extension.go; envoyproxy/ai-gateway#2560',
  fix: 'set hooks.xdsTranslator.post to Translation, Cluster and Route, and includeAll: true for listener, route, cluster and secret of its translation',
  area: 'gateway',
  scope: 'graph',
  kinds: ['ConfigMap'],
  good: [
    {
      shows: 'what the AI gateway documents',
      change: configMap({}),
    },
    {
      shows: 'clusters and secrets that are shown without being told',
      change: configMap(
        hooks({
          translation: { listener: ALL, route: ALL },
          post: ['Route', 'VirtualHost', 'Cluster', 'Translation'],
        }),
      ),
    },
  ],
  bad: [
    {
      shows: 'the hooks of an older release',
      change: configMap(hooks({ post: ['VirtualHost', 'Translation'] })),
      finds: [CONFIG, CONFIG],
    },
    {
      shows: 'a translation without listeners',
      change: configMap(hooks({ translation: { ...translation, listener: {} }, post: HOOKS })),
      finds: [CONFIG],
    },
    {
      shows: 'an API of backends that is switched off',
      change: configMap({ extensionApis: { enableBackend: false } }),
      finds: [CONFIG],
    },
    {
      shows: 'an Envoy Gateway without an extension',
      change: configMap({ extensionManager: undefined }),
      finds: [CONFIG],
      also: [`R49 ${CONFIG}`],
    },
  ],
  check(all, one) {
    const found = gatewayConfiguration(one);
    if (found?.config === undefined) return [];
    const { extensionApis, extensionManager, extensionManagers = [] } = found.config;
    const managers: readonly Manager[] = [extensionManager, ...extensionManagers].filter(Boolean);
    const routed = all.ofKind('AIGatewayRoute').length > 0;
    if (!routed && !managers.some(isAiGateway)) return [];
    // Of two Envoy Gateways only one may be for models.
    if (
      managers.length === 0 &&
      all.ofKind('ConfigMap').some((other) => other !== one && isExtended(other))
    ) {
      return [];
    }
    return [
      ...(managers.length === 0
        ? ['there is no extensionManager, so the AI gateway is never called']
        : wrong(managers)),
      ...(routed && extensionApis?.enableBackend !== true
        ? ['extensionApis.enableBackend is not true, so no backend of a model is accepted']
        : []),
    ].map((problem) => ({ pointer: found.pointer, problem }));
  },
});

interface Manager {
  readonly service?: { readonly fqdn?: { readonly hostname?: string } };
  readonly hooks?: {
    readonly xdsTranslator?: {
      readonly post?: readonly string[];
      readonly translation?: Readonly<Record<string, { readonly includeAll?: boolean } | undefined>>;
    };
  };
}

function isExtended(object: RuleKinds['ConfigMap']): boolean {
  const { extensionManager, extensionManagers } = gatewayConfiguration(object)?.config ?? {};
  return extensionManager !== undefined || extensionManagers !== undefined;
}

/** Whether an extension is the AI gateway, by the name that its chart gives the Service. */
function isAiGateway({ service }: Manager): boolean {
  return /^(?:envoy-)?ai-gateway-controller[.]/.test(service?.fqdn?.hostname ?? '');
}

/** What is missing in all of the extensions together: one of them is the AI gateway, and which one is not said. */
function wrong(managers: readonly Manager[]): string[] {
  const translators = managers.map(({ hooks }) => hooks?.xdsTranslator ?? {});
  const missing = HOOKS.filter((hook) => !translators.some(({ post = [] }) => post.includes(hook)));
  const hidden = Object.entries(SHOWN)
    .filter(
      ([part, byDefault]) =>
        !translators.some(({ translation }) => translation?.[part]?.includeAll ?? byDefault),
    )
    .map(([part]) => part);
  return [
    ...(missing.length === 0 ? [] : [`the AI gateway is not called at the hook ${listed(missing, 'or')}`]),
    ...(hidden.length === 0
      ? []
      : [`the AI gateway is not shown the ${listed(hidden, 'or')} of a translation: includeAll is not true`]),
  ];
}
