export interface PoliciesDocument {
  readonly exemptions: readonly ExemptionDocument[];
}

export interface ExemptionDocument {
  readonly rule: string;
  /** `<kind>/<namespace>/<name>`, `<kind>/<name>` for objects of the cluster; lower case. */
  readonly object: string;
  readonly reason: string;
  readonly owner: string;
  /** `2027-01-31` */
  readonly until: string;
  /** Default: all findings of the rule in the object. */
  readonly pointer?: string;
}
