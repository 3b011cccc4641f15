import { Capability, type ContainerSecurityContextProps, SeccompProfileType } from 'cdk8s-plus-28';
import type { PodSpec, SecurityContext } from 'kubernetes-types/core/v1';

/**
 * The user `vllm` of vLLM's image. Any other uid has no entry in its passwd, and the import of PyTorch fails;
 * the files of a model store belong to it.
 */
export const SERVING_UID = 2000;

/** What the Pod Security Standard `restricted` asks of whatever runs, as a user and a group of that number. */
export function restrictedAs(uid: number) {
  return {
    runAsNonRoot: true,
    runAsUser: uid,
    runAsGroup: uid,
    seccompProfile: { type: 'RuntimeDefault' },
  } as const;
}

/** What it asks of a pod, as {@link SERVING_UID}. */
export const RESTRICTED_POD = {
  securityContext: {
    ...restrictedAs(SERVING_UID),
    fsGroup: SERVING_UID,
    // Otherwise every start walks through the whole volume to change owners that are right already.
    fsGroupChangePolicy: 'OnRootMismatch',
  },
  automountServiceAccountToken: false,
  // Kubernetes would set a variable for each Service: one named vllm sets VLLM_PORT=tcp://…, and vLLM stops.
  enableServiceLinks: false,
} as const satisfies Partial<PodSpec>;

/** What it asks of a container. */
export const RESTRICTED_CONTAINER: SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
};

/** The same, for one that writes to its volumes alone. */
export const READ_ONLY_CONTAINER: SecurityContext = { ...RESTRICTED_CONTAINER, readOnlyRootFilesystem: true };

/** The same as {@link READ_ONLY_CONTAINER} and {@link restrictedAs}, in the words of cdk8s-plus. */
export function readOnlyContainerAs(uid: number): ContainerSecurityContextProps {
  return {
    user: uid,
    group: uid,
    capabilities: { drop: [Capability.ALL] },
    seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT },
  };
}
