export interface PoliciesDocument {
  /** What the cluster does with an object that breaks a rule. Default: warn. */
  readonly admission: 'warn' | 'deny' | 'off';
  /** Of the rules; a default that is not written is the rules' own. */
  readonly parameters: {
    readonly allowedRegistries?: readonly string[];
    readonly development?: boolean;
  };
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
