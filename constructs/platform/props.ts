import type { AdmissionLayers } from '../admission';
import type { GatewayServiceType } from '../envoy-proxy';

/** The namespace of the model servers and of shared objects. */
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

/** The Gateway and its namespace, which contains only its objects. */
export const GATEWAY = { namespace: 'ai-gateway', name: 'ai-gateway' } as const;
