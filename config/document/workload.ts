export interface WorkloadDocument {
  readonly model: string;
  readonly limits: { readonly requestsPerMinute?: number; readonly tokensPerHour?: number };
}
