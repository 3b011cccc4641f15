import { Duration } from '../config';

/**
 * Annotations that tell a deployer when an object is ready. They are read by the Pulumi Kubernetes provider
 * (`pulumi.com/waitFor`, `pulumi.com/timeoutSeconds`) and mean nothing to the cluster: without them custom
 * kinds count as ready the moment they are stored.
 */
export type WaitAnnotations = Readonly<Record<string, string>>;

/** For conditions that a controller sets within seconds of seeing an object; minutes mean that it is down. */
export const QUICK = Duration.minutes(2);

/** Waits until `status.conditions[]` holds this type with status True. */
export function waitForCondition(type: string, timeout: Duration): WaitAnnotations {
  return { 'pulumi.com/waitFor': `condition=${type}`, ...waitAtMost(timeout) };
}

/**
 * Waits until all of these hold: `Available`, or `RollingOut=False`. A condition of an older generation of the object
 * does not count.
 */
export function waitForConditions(expressions: readonly string[], timeout: Duration): WaitAnnotations {
  const conditions = expressions.map((expression) => `condition=${expression}`);
  return { 'pulumi.com/waitFor': JSON.stringify(conditions), ...waitAtMost(timeout) };
}

/**
 * Waits until a Gateway API policy holds this condition with status True for its first ancestor. Policies keep their
 * conditions under `status.ancestors[]`, one entry a Gateway; ours attach to one Gateway.
 */
export function waitForPolicy(type: string, timeout: Duration): WaitAnnotations {
  return {
    'pulumi.com/waitFor': `jsonpath={.status.ancestors[0].conditions[?(@.type=="${type}")].status}=True`,
    ...waitAtMost(timeout),
  };
}

/** Waits until a Gateway API policy is Accepted. */
export function waitForPolicyAccepted(timeout: Duration): WaitAnnotations {
  return waitForPolicy('Accepted', timeout);
}

/** Gives an object that the deployer awaits by itself, a Deployment, another limit than 10 minutes. */
export function waitAtMost(timeout: Duration): WaitAnnotations {
  return { 'pulumi.com/timeoutSeconds': `${Math.ceil(timeout.seconds)}` };
}

/** The provider gives every Service ten seconds to settle; one whose pods were awaited has nothing to settle. */
export const WITHOUT_WAIT = { 'pulumi.com/skipAwait': 'true' } as const;
