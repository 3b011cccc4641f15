/** How a proof is made, the strongest first. */
export type Means =
  /** Requests through the real Envoy, and what the upstreams saw. */
  | 'Envoy'
  /** The real API server and the real controllers. */
  | 'API server'
  /** A page in a real browser, from a real Prometheus. */
  | 'Chromium'
  /** Thousands of generated inputs. */
  | 'property'
  /** Objects or values compared as a whole. */
  | 'golden'
  | 'unit';

export interface Proof {
  readonly by: Means;
  /** The id that ends the title of the test: `a budget is its own [token-budget-own]`. */
  readonly id: string;
}

export interface Feature {
  readonly feature: string;
  /** Fields of the platform document that it is, each with all fields below it. */
  readonly fields?: readonly string[];
  /** Constructs of the library that it is. */
  readonly constructs?: readonly string[];
  readonly examples?: readonly string[];
  readonly proofs: readonly Proof[];
}

const envoy = (id: string): Proof => ({ by: 'Envoy', id });
const server = (id: string): Proof => ({ by: 'API server', id });
const browser = (id: string): Proof => ({ by: 'Chromium', id });
const property = (id: string): Proof => ({ by: 'property', id });
const golden = (id: string): Proof => ({ by: 'golden', id });
const unit = (id: string): Proof => ({ by: 'unit', id });

/** Everything that the library does, and where that is proven: docs/features.md. */
export const features: readonly Feature[] = [
  {
    feature: 'One document becomes a complete platform; invalid documents are refused with all mistakes',
    fields: ['cluster', 'models', 'workloads', 'gateway', 'observability'],
    constructs: ['Component'],
    examples: ['papers-platform'],
    proofs: [
      envoy('npm-start'),
      server('api-server-takes-examples'),
      server('controllers-judge-examples'),
      property('any-document'),
    ],
  },
  {
    feature: 'Escape hatches: a JSON patch on an object, transform on a component',
    constructs: ['Component'],
    proofs: [unit('transform-after-patches'), unit('package-constructs')],
  },
  {
    feature: 'Stable identities: construct ids, resource names, order of creation',
    proofs: [golden('platform-identities'), property('manifest-order')],
  },
  {
    feature: 'A package for other cdk8s applications, without Pulumi',
    constructs: ['Namespace'],
    proofs: [unit('package-constructs'), unit('package-charts'), golden('namespace-shape')],
  },
  {
    feature: 'vcf-ai synth: every object as a file, offline',
    proofs: [unit('synth-writes-changes')],
  },
  {
    feature: 'Header hygiene: no credential of a client reaches an upstream, on any route',
    examples: ['every example'],
    proofs: [envoy('examples-leak-nothing'), unit('backend-leaks-nothing')],
  },
  {
    feature: 'vLLM on local GPUs',
    fields: ['models.<name>.vllm'],
    constructs: ['ModelServer', 'VllmServer'],
    examples: ['papers-platform', 'canary', 'sticky-sessions'],
    proofs: [server('replica-without-gpu'), golden('vllm-shape')],
  },
  {
    feature: 'Weights: a volume that a Job fills once, an image, or the hub',
    fields: ['models.<name>.vllm.weights', 'models.<name>.tei.weights'],
    constructs: ['ModelStore', 'ModelDownload'],
    examples: ['papers-platform', 'book-models'],
    proofs: [
      server('controllers-judge-examples'),
      golden('model-store-shape'),
      unit('model-store-one-node'),
      unit('model-image-unsupported'),
    ],
  },
  {
    feature:
      'Model servers keep to themselves: who may reach them, which pods go first, how many leave at once',
    constructs: ['ModelServerAccess', 'ServingPriority', 'DisruptionBudget'],
    examples: ['papers-platform', 'book-models'],
    proofs: [server('api-server-takes-examples'), golden('tei-shape'), unit('tei-disruption-budget')],
  },
  {
    feature: 'Autoscaling by waiting requests; models larger than a node',
    fields: ['models.<name>.vllm.autoscale', 'models.<name>.vllm.pipelineParallelSize'],
    constructs: ['Autoscaler', 'LeaderWorkerSet'],
    proofs: [unit('autoscaler'), unit('leader-worker-groups')],
  },
  {
    feature: 'Draining: a terminating model server or proxy completes its longest answer',
    fields: ['models.<name>.vllm.drain', 'gateway.requestTimeout'],
    proofs: [unit('timeouts-agree'), unit('vllm-drain')],
  },
  {
    feature: 'Text Embeddings Inference, through the same gateway',
    fields: ['models.<name>.tei'],
    constructs: ['TeiServer'],
    examples: ['book-models'],

    proofs: [unit('tei-openai-dialect'), envoy('embeddings-through-gateway')],
  },
  {
    feature: 'Every kind of provider, each configured in one line, with keys that no client has',
    fields: [
      ...['provider', 'model', 'apiKeySecret', 'baseUrl', 'caCertificate', 'api', 'resource', 'apiVersion'],
      ...['region', 'project', 'credentialsSecret', 'clientId', 'tenantId', 'clientSecret', 'roleArn'],
      ...['workloadIdentity', 'oidc'],
    ].map((field) => `models.<name>.${field}`),
    constructs: ['ModelBackend'],
    examples: ['every-provider', 'hybrid-failover'],
    proofs: [
      envoy('examples-leak-nothing'),
      envoy('provider-calls'),
      envoy('provider-refusals'),
      golden('provider-objects'),
      unit('provider-tls'),
    ],
  },
  {
    feature: 'Routing by identity',
    fields: ['workloads.<name>.model'],
    constructs: ['WorkloadRoute'],
    examples: ['papers-platform'],
    proofs: [envoy('identity-decides-tier'), golden('route-shape')],
  },
  {
    feature: 'Routing by model name, permissions for each model, /v1/models',
    fields: ['workloads.<name>.models'],
    examples: ['multi-tenant-jwt'],
    proofs: [envoy('model-name-routing'), envoy('unknown-model'), envoy('model-list')],
  },
  {
    feature: 'Canary by weight',
    fields: ['models.<name>.route', 'models.<name>.route.split'],
    examples: ['canary'],
    proofs: [envoy('canary-share'), envoy('canary-model-names')],
  },
  {
    feature: 'Failover by priority, with the required retries and health checks',
    fields: ['models.<name>.route.fallback', 'workloads.<name>.fallback', 'gateway.retry'],
    examples: ['hybrid-failover'],
    proofs: [
      envoy('failover-no-errors'),
      envoy('failover-returns'),
      envoy('failover-exhausted'),
      envoy('failover-cloud-outage'),
    ],
  },
  {
    feature: 'Tiers: cheapest first, fastest first',
    fields: ['models.<name>.route.order', 'models.<name>.price', 'models.<name>.expectedLatency'],
    proofs: [unit('model-price-latency')],
  },
  {
    feature: 'Sticky sessions by consistent hash',
    fields: ['models.<name>.route.session', 'workloads.<name>.session'],
    examples: ['sticky-sessions'],
    proofs: [envoy('sticky-sessions'), envoy('sessions-spread')],
  },
  {
    feature: 'The route plan: any number of workloads in few routes, within the limits of the API, stable',
    constructs: ['WorkloadRoute'],
    examples: ['thousand-workloads'],
    proofs: [
      property('route-limits'),
      property('route-plan-stable'),
      unit('thousand-workloads-document'),
      envoy('examples-leak-nothing'),
      envoy('thousand-workloads-one-more'),
    ],
  },
  {
    feature: 'Identity: a plain header, or none',
    fields: ['gateway.identity', 'workloads.<name>.match'],
    examples: ['papers-platform'],
    proofs: [envoy('identity-decides-tier'), unit('plain-header'), unit('workloads-indistinct')],
  },
  {
    feature: 'Identity: API keys',
    fields: ['gateway.identity.apiKey', 'workloads.<name>.apiKeySecret'],
    examples: ['api-keys'],
    proofs: [envoy('api-key-wrong'), envoy('api-key-identity')],
  },
  {
    feature:
      'A VKS cluster from the document: its pools sized by what runs on them, or refused with the arithmetic',
    fields: ['cluster.vks'],
    constructs: ['VksWorkloadCluster'],
    proofs: [
      property('node-pools-hold-platform'),
      golden('cluster-shape'),
      server('api-server-takes-clusters'),
      unit('gpu-pool-too-small'),
    ],
  },
  {
    feature: "NVIDIA's GPU operator, with the vGPU guest driver or drivers of the node image",
    fields: ['cluster.vks.gpuOperator'],
    constructs: ['GpuOperatorNamespace'],
    proofs: [golden('gpu-operator-values'), unit('gpu-operator-waits')],
  },
  {
    feature:
      'A preview shows every object of a VKS stack with no vCenter, Supervisor or cluster, and no secret',
    proofs: [
      golden('preview-complete'),
      golden('preview-charts'),
      unit('preview-known'),
      unit('preview-secrets'),
    ],
  },
  {
    feature: 'One stack with the cluster, another one with the other layers',
    fields: ['layers', 'clusterStack'],
    proofs: [
      unit('layers-owned'),
      unit('cluster-stack-kubeconfig'),
      server('two-stacks'),
      server('layers-owned-twice'),
    ],
  },
  {
    feature: 'Day two: recipes for upgrades, pools, models, keys, drift, import and new environments',
    proofs: [
      server('day-two-pools-and-models'),
      server('day-two-kubernetes-upgrade'),
      server('day-two-key-rotation'),
      server('day-two-refresh'),
      server('day-two-import'),
      server('day-two-environment'),
    ],
  },
  {
    feature: 'Protection of the platform, of the Cluster and of model weights against deletion',
    fields: ['protect'],
    proofs: [
      server('protect-destroy-refused'),
      server('protect-off-destroy'),
      server('protect-controllers'),
      unit('protect-cluster-and-weights'),
    ],
  },
  {
    feature: 'An existing cluster, or this machine’s embedded datacenter',
    fields: ['cluster.local', 'cluster.existing'],
    proofs: [server('npm-start'), unit('kubernetes-too-old')],
  },
  {
    feature: 'Identity: signed tokens, whose claims become the identity headers',
    fields: ['gateway.identity.jwt'],
    constructs: ['ClientIdentity'],
    examples: ['multi-tenant-jwt'],
    proofs: [
      envoy('jwt-tenant-models'),
      envoy('jwt-tenant-header'),
      envoy('jwt-invalid'),
      unit('jwt-workload'),
      unit('jwt-key-set-plain'),
    ],
  },
  {
    feature: 'Identity: client certificates; TLS at the listener',
    fields: ['gateway.identity.mtls', 'gateway.listener.tls'],
    proofs: [
      envoy('mtls-workload'),
      envoy('mtls-handshake'),
      envoy('mtls-uri'),
      unit('mtls-document'),
      unit('mtls-without-tls'),
    ],
  },
  {
    feature: 'Identity: external authorization service',
    fields: ['gateway.identity.extAuth'],
    proofs: [
      envoy('ext-auth-identity'),
      envoy('ext-auth-away'),
      unit('ext-auth-document'),
      unit('ext-auth-plain'),
    ],
  },
  {
    feature: 'Telemetry: access log with tokens, traces without prompts, labels of the token metrics',
    fields: ['gateway.accessLog', 'gateway.tracing', 'gateway.metricLabels'],
    examples: ['telemetry'],
    proofs: [
      envoy('traces-without-content'),
      envoy('access-log-content'),
      envoy('access-log-left'),
      envoy('meter-left'),
      unit('tracing-collector'),
      unit('metric-labels'),
      unit('metric-sets'),
      envoy('metric-sets-apart'),
      envoy('series-per-workload'),
      unit('access-log-tokens'),
    ],
  },
  {
    feature: 'Limits: requests per minute, divided among the Envoys',
    fields: ['workloads.<name>.limits', 'workloads.<name>.limits.requestsPerMinute'],
    constructs: ['WorkloadTraffic'],
    examples: ['papers-platform', 'token-budgets'],
    proofs: [envoy('request-limit-update'), property('request-limit-shares')],
  },
  {
    feature: 'Limits: tokens per minute, hour, day and month; shadow mode',
    fields: [
      ...['tokensPerMinute', 'tokensPerHour', 'tokensPerDay', 'tokensPerMonth', 'shadow'].map(
        (field) => `workloads.<name>.limits.${field}`,
      ),
      'gateway.limiter',
    ],
    examples: ['token-budgets'],
    proofs: [
      envoy('token-budget-crossed'),
      envoy('token-budget-shadow'),
      envoy('token-budget-own'),
      envoy('token-budget-stream'),
      envoy('token-budget-left'),
      envoy('token-budget-routes'),
      envoy('token-budget-without-redis'),
      envoy('token-budget-fail-closed'),
    ],
  },
  {
    feature: 'Budgets in money: alerts at shares of the month, and hard ones that the gateway enforces',
    fields: ['currency', 'budgets'],
    constructs: ['BudgetRules'],
    examples: ['observability'],
    proofs: [
      envoy('budget-hard'),
      envoy('budget-left'),
      property('budget-units'),
      property('budget-cost'),
      golden('budget-rules'),
      unit('budget-alerts'),
      unit('budget-month'),
    ],
  },
  {
    feature: 'Limits: parallel requests',
    fields: ['workloads.<name>.limits.parallelRequests'],
    examples: ['token-budgets'],
    proofs: [unit('parallel-requests')],
  },
  {
    feature:
      'Sizing of the gateway: workers, memory, buffer limit, circuit breakers and what it answers at once from one plan',
    fields: [
      'gateway.cpu',
      'gateway.memory',
      'gateway.replicas',
      'gateway.bufferLimit',
      'gateway.expectedRequestSize',
      'gateway.listener',
      'gateway.listener.port',
    ],
    constructs: ['AiGateway'],
    examples: ['papers-platform'],
    proofs: [
      envoy('gateway-capacity'),
      envoy('gateway-capacity-large'),
      property('envoy-memory'),
      unit('capacity-of-all-routes'),
      golden('gateway-shape'),
    ],
  },
  {
    feature: 'MCP: several servers behind one endpoint, with selected tools and injected keys',
    fields: ['mcp'],
    constructs: ['McpEndpoint'],
    examples: ['mcp'],
    proofs: [envoy('mcp-tools'), envoy('mcp-call'), envoy('mcp-keys'), golden('mcp-shape')],
  },
  {
    feature:
      'The GPU memory plan: what fits is calculated, what does not is refused with the nearest that does',
    fields: ['models.<name>.vllm.tensorParallelSize', 'models.<name>.vllm.maxModelLen'],
    examples: ['papers-platform'],
    proofs: [
      property('gpu-memory-suggestion'),
      property('gpu-memory-more-gpus'),
      unit('gpu-memory-checkpoint'),
      unit('gpu-memory-marlin'),
      unit('gpu-memory-triton'),
      unit('gpu-memory-concurrency'),
    ],
  },
  {
    feature: 'vLLM flags by version: a flag that the image does not support is refused',
    fields: ['models.<name>.vllm.version', 'models.<name>.vllm.extraArgs'],
    proofs: [unit('vllm-flag-unknown'), unit('vllm-flags-complete')],
  },
  {
    feature: 'InferencePool: an endpoint picker chooses the replica',
    fields: ['models.<name>.vllm.endpointPicker'],
    constructs: ['ModelPool'],
    examples: ['inference-pool'],
    proofs: [
      server('controllers-judge-examples'),
      envoy('pool-spread'),
      envoy('pool-limits'),
      envoy('pool-without-picker'),
      golden('pool-shape'),
    ],
  },
  {
    feature: 'Two Envoys: local limits are divided, token budgets are shared',
    fields: ['gateway.replicas'],
    proofs: [envoy('replicas-request-limit'), envoy('replicas-token-budget'), envoy('replicas-share')],
  },
  {
    feature: 'The controllers from their official charts, with values from the document',
    fields: ['controllers'],
    constructs: ['Redis', 'GatewayCertificates'],
    proofs: [
      golden('controller-values'),
      unit('extension-message-size'),
      server('controllers-available'),
      server('controllers-unchanged'),
    ],
  },
  {
    feature: 'Scrape targets, and recorded series that outlive the names of metrics',
    fields: ['observability.scrapeInterval'],
    constructs: ['ScrapeTargets', 'RecordingRules'],
    examples: ['papers-platform'],
    proofs: [
      envoy('npm-start'),
      golden('scrape-targets'),
      golden('recorded-series'),
      unit('recorded-names'),
      unit('recorded-values'),
      unit('renamed-values'),
      envoy('renamed-known'),
      envoy('renamed-unknown'),
      unit('metrics-exposed'),
    ],
  },
  {
    feature:
      'Model servers and GPUs without a GPU: an engine that queues, batches, caches and preempts as vLLM does',
    proofs: [
      unit('engine-fcfs'),
      unit('engine-chunks'),
      unit('engine-preempts'),
      unit('engine-prefix'),
      unit('engine-abort'),
      unit('engine-conserves'),
      unit('engine-page'),
      unit('gpus-follow-engine'),
      unit('page-changes'),
    ],
  },
  {
    feature:
      'Prometheus: one that is there, found by labels, one of the platform’s own, or kube-prometheus-stack',
    fields: ['observability.prometheus', 'observability.labels'],
    constructs: ['Prometheus'],
    proofs: [golden('own-prometheus'), golden('kube-prometheus-stack-values'), unit('prometheus-labels')],
  },
  {
    feature: 'GPU metrics from the GPU operator, from an exporter of the platform’s own, or none',
    fields: ['observability.dcgmExporter'],
    constructs: ['DcgmExporter'],
    proofs: [golden('own-dcgm-exporter'), unit('dcgm-fields'), unit('no-gpu-metrics')],
  },
  {
    feature: 'A collector beside each Envoy that writes its calls into the ledger, exactly once',
    fields: ['gateway.ledger'],
    constructs: ['AiGateway'],
    proofs: [golden('ledger-collector'), unit('ledger-rotation'), unit('ledger-last-look')],
  },
  {
    feature: 'Alerts with runbooks, which fire when they should and are quiet when they should be',
    fields: ['observability.runbooks'],
    constructs: ['Alerts'],
    examples: ['papers-platform'],
    proofs: [
      golden('alert-rules'),
      unit('alerts-fire'),
      unit('alerts-quiet'),
      unit('alerts-known'),
      unit('runbooks'),
    ],
  },
  {
    feature: 'Service level objectives: multiwindow burn rates, equal to Sloth’s, with a minimum of errors',
    fields: ['slos'],
    constructs: ['ObjectiveRules'],
    examples: ['telemetry'],
    proofs: [
      golden('objective-rules'),
      unit('slo-document'),
      unit('slo-sloth'),
      unit('slo-low-traffic'),
      unit('alerts-fire'),
    ],
  },
  {
    feature: 'Boards for objectives and for budgets, and a variable for tenants',
    proofs: [browser('boards-browser'), unit('boards-objectives')],
  },
  {
    feature: 'Dashboards as code: one list of boards for Grafana, for Perses and for a page in any browser',
    fields: ['observability.dashboards'],
    constructs: ['Dashboards'],
    proofs: [
      browser('boards-browser'),
      unit('boards-recorded'),
      unit('boards-grafana'),
      unit('boards-perses'),
      unit('boards-export'),
    ],
  },
  {
    feature:
      'Rules about the PromQL of alerts, autoscalers and dashboards: names, types, units, windows and labels',
    proofs: [
      unit('promql-sound'),
      unit('promql-faults'),
      unit('promql-versions'),
      unit('promql-fixes'),
      unit('promql-panels'),
      unit('metrics-known'),
    ],
  },
  {
    feature: 'Rules about one object as admission policies, which warn or deny',
    fields: ['policies', 'policies.admission', 'policies.parameters'],
    constructs: ['AdmissionPolicies'],
    proofs: [server('admission-deny'), server('admission-warn'), server('admission-fields')],
  },
  {
    feature: 'Exemptions for accepted findings, with a reason, an owner and an end date',
    fields: ['policies.exemptions'],
    proofs: [unit('exemption-annotated'), unit('exemption-ends')],
  },
  {
    feature:
      'Bills by a dated, append-only price book: whole billionths, rounded once a line, every sum the same',
    proofs: [
      property('bill-groupings'),
      unit('bill-command'),
      unit('bill-example'),
      unit('bill-documented'),
      unit('bill-of-ledger'),
      unit('bill-closed-month'),
      envoy('bill-adds-up'),
    ],
  },
  {
    feature: 'Prices from LiteLLM’s price map, and costs that equal those of LiteLLM’s own functions',
    proofs: [golden('litellm-costs')],
  },
  {
    feature: 'Bills in the columns of FOCUS, which the real focus-validator judged',
    proofs: [golden('focus-validator')],
  },
  {
    feature:
      'Recorded conversations as a corpus of requests: five data sets, any container, by task, resumable',
    proofs: [
      unit('dataset-bodies-answered'),
      property('dataset-json-elements'),
      unit('dataset-sample-tasks'),
      unit('dataset-same-bytes'),
      unit('dataset-resumes'),
      unit('dataset-check-all'),
    ],
  },
  {
    feature:
      'Audits: ledger, gateway, engines and providers compared to the token, every difference with a reason; tokenizer drift',
    proofs: [
      property('audit-explains'),
      property('audit-finds'),
      unit('audit-command'),
      unit('harmony-vllm'),
      unit('tokenizer-drift'),
    ],
  },
  {
    feature: 'Forecast of what will be spent, and hours in which spend is unlike the weeks before',
    proofs: [unit('forecast-back-test'), unit('anomaly-spike'), unit('anomaly-quiet')],
  },
  {
    feature:
      'Laws of arrivals: exponential, Gamma and two-state MMPP, of users on their own or together, the same for the same seed',
    proofs: [
      property('law-text'),
      unit('random-streams'),
      unit('arrival-laws'),
      unit('mmpp-dispersion'),
      unit('time-rescaling'),
      unit('superposition'),
    ],
  },
  {
    feature:
      'Traces and access logs described: dispersion, tests where they are lawful, clocks that are too coarse, fitted laws',
    proofs: [
      property('any-trace'),
      unit('describe-laws'),
      unit('quantised-clock'),
      unit('fit-recovery'),
      unit('arrivals-command'),
      unit('arrivals-documented'),
    ],
  },
  {
    feature:
      'Load on a running platform: plans, a replay of bytes, and a ramp that the telemetry of engines and clients gates',
    proofs: [
      envoy('load-on-gateway'),
      property('gate-never-green'),
      unit('gate-plan-ended'),
      unit('load-knee'),
      unit('load-plan-ended'),
      unit('load-t3'),
      unit('replay-without-json'),
    ],
  },
  {
    feature:
      'Reports of loads, made of the records of a run alone: the white paper’s tables and figures, and a verdict for each of its claims',
    proofs: [unit('report-same-bytes'), unit('every-claim'), browser('report-browser')],
  },
  {
    feature:
      'Plans for other load generators: Locust, AIPerf, a Kubernetes Job of the replay; runs of parts add up to one',
    constructs: ['LoadJob'],
    proofs: [
      golden('load-job'),
      unit('load-locust'),
      unit('load-aiperf'),
      unit('load-part'),
      unit('load-merge'),
      unit('load-export-command'),
    ],
  },
  {
    feature: 'What a gateway costs, paired with direct calls; what a CPU quota does to too many workers',
    proofs: [unit('bench-paired'), unit('bench-overhead'), unit('cpu-group'), unit('bench-refuses')],
  },
];
