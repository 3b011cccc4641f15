import type { AdmissionLayers } from '../admission';
import type { GatewayServiceType } from '../envoy-proxy';

/** Where the models run, and what all layers share is. */
export const SERVING_NAMESPACE = 'ai-serving';

export interface PlatformChartsProps {
  /** Every secret of the platform by the name that the document gives it (`requiredSecrets`). */
  readonly secrets: Readonly<Record<string, string>>;

  /**
   * ValidatingAdmissionPolicies and what they need, as `layerPolicies` of the policies renders them.
   *
   * @default - none
   */
  readonly admission?: AdmissionLayers;

  /** @default 'LoadBalancer' */
  readonly gatewayServiceType?: GatewayServiceType;
}

/** The Gateway, and the namespace that has nothing but it and what belongs to it. */
export const GATEWAY = { namespace: 'ai-gateway', name: 'ai-gateway' } as const;
