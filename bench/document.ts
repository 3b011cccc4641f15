/** A platform of one model and any number of workloads, whose limits are one of three tiers. */
export function documentOf(workloads: number): object {
  const tiers = [{}, { requestsPerMinute: 600 }, { requestsPerMinute: 1200, tokensPerHour: 5_000_000 }];
  return {
    cluster: { existing: { context: 'bench' } },
    models: { 'gpt-oss-120b': { vllm: { startupBudget: '30m' } } },
    workloads: Object.fromEntries(
      Array.from({ length: workloads }, (_, index) => [
        `team-${index}`,
        { model: 'gpt-oss-120b', limits: tiers[index % tiers.length] },
      ]),
    ),
  };
}
