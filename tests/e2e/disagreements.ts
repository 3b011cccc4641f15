/** Where the API server and the schemas differ, and why that is left so. */
export interface Disagreement {
  /** What the objects have in common: the change that was made to them. */
  readonly change: RegExp;
  /** What the API server says, or nothing where it accepts what we refuse. */
  readonly server: RegExp;
  readonly reason: string;
}

export const DISAGREEMENTS: readonly Disagreement[] = [
  {
    change: /^examples\/(admin-console-config|otel-headers\/envoy-gateway|standalone\/envoy-gateway)\.yaml$/,
    server: /^no such kind$/,
    reason:
      'An EnvoyGateway is a file that the controller reads, and no definition has the kind. A kind that nothing is known ' +
      'of is not judged, and said to be so: its group may have more kinds in another version.',
  },
  {
    change: /^core\.v1\.Service, \/metadata\/name: "1a"$/,
    server: /^$/,
    reason:
      'From Kubernetes 1.36 on a Service may have a name that begins with a digit. The clusters of VKS before it, down ' +
      'to 1.33, refuse that, and a file says nothing of the cluster that it is for.',
  },
  {
    change: / is null$/,
    server: /Invalid value: "?null"?/,
    reason:
      'A null in a custom object is dropped where an object is created, and kept by server-side apply, which then ' +
      'refuses it. Charts are full of nulls that mean nothing, and they are taken for that.',
  },
];
