/** How a proof is made, the strongest first. */
export type Means =
  /** Requests through the real Envoy, and what the upstreams saw. */
  | 'Envoy'
  /** The real API server and the real controllers. */
  | 'API server'
  /** Thousands of generated inputs. */
  | 'property'
  /** Objects or values compared as a whole. */
  | 'golden'
  | 'unit';

export interface Proof {
  readonly by: Means;
  /** `<file below tests/>: <title of the test, as titlesIn gives it>` */
  readonly test: string;
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

const envoy = (test: string): Proof => ({ by: 'Envoy', test });
const server = (test: string): Proof => ({ by: 'API server', test });
const property = (test: string): Proof => ({ by: 'property', test });
const golden = (test: string): Proof => ({ by: 'golden', test });
const unit = (test: string): Proof => ({ by: 'unit', test });

const EXAMPLES = 'e2e/examples.test.ts';
const IDENTITY = 'e2e/identity.test.ts';

/** Everything that the library does, and where that is proven: docs/features.md. */
export const features: readonly Feature[] = [
  {
    feature: 'One document becomes a complete platform; wrong ones are refused with every mistake',
    fields: ['cluster', 'models', 'workloads', 'gateway', 'observability'],
    constructs: ['Component'],
    examples: ['papers-platform'],
    proofs: [
      envoy(
        'e2e/platform.test.ts: npm start: pulumi up, an answering gateway, and every case of the functional suite',
      ),
      server(
        `${EXAMPLES}: ‹name›: the API server takes every object, unknown fields being errors, without a warning`,
      ),
      server(`${EXAMPLES}: ‹name›: every controller has judged every object, and all is true`),
      property(
        'config/load.test.ts: whatever is put into a document, the answer is a platform or mistakes that can be read',
      ),
    ],
  },
  {
    feature: 'Escape hatches: a JSON patch on an object, transform on a component',
    constructs: ['Component'],
    proofs: [
      unit(
        'constructs/component.test.ts: a transform edits every object of its kind below the component, after JSON patches',
      ),
      unit(
        'package.test.ts: its constructs work one by one in a chart of the application’s own, typed, with both escape hatches',
      ),
    ],
  },
  {
    feature: 'Stable identities: construct ids, resource names, order of creation',
    proofs: [
      golden(
        'constructs/platform.test.ts: the objects of the paper are these: an identity that changes is an object that is replaced',
      ),
      property(
        'constructs/manifests.test.ts: whatever the dependencies, each object comes once and after what it needs',
      ),
    ],
  },
  {
    feature: 'A package for other cdk8s applications, without Pulumi',
    constructs: ['Namespace'],
    proofs: [
      unit(
        'package.test.ts: its constructs work one by one in a chart of the application’s own, typed, with both escape hatches',
      ),
      unit('package.test.ts: a platform document becomes charts without Pulumi'),
      golden('constructs/namespace.test.ts: a namespace enforces the restricted Pod Security Standard'),
    ],
  },
  {
    feature: 'vcf-ai synth: every object as a file, offline',
    proofs: [
      unit(
        'cli/synth.test.ts: a second run touches no file, and a changed setting only the files of its objects',
      ),
    ],
  },
  {
    feature: 'Header hygiene: no credential of a client reaches an upstream, on any route',
    examples: ['every example'],
    proofs: [
      envoy(`${EXAMPLES}: ‹name›: no credential of a client reaches an upstream, on any route`),
      unit(
        'constructs/backends.test.ts: no credential of a client reaches a backend, whether it has a key or not',
      ),
    ],
  },
  {
    feature: 'vLLM on own GPUs',
    fields: ['models.<name>.vllm'],
    constructs: ['VllmServer'],
    examples: ['papers-platform', 'canary', 'sticky-sessions'],
    proofs: [
      server(
        'e2e/platform.test.ts: two replicas do not fit on the one GPU node, and pulumi says which pod and why',
      ),
      golden('constructs/vllm.test.ts: a model server is a Deployment and a Service named after the model'),
    ],
  },
  {
    feature: 'Weights: a volume that a Job fills once, an image, or the hub',
    fields: ['models.<name>.vllm.weights', 'models.<name>.tei.weights'],
    constructs: ['ModelStore', 'ModelDownload'],
    examples: ['papers-platform', 'book-models'],
    proofs: [
      server(`${EXAMPLES}: ‹name›: every controller has judged every object, and all is true`),
      golden('constructs/model-store.test.ts: a store is a claim, and a Job that fills it'),
      unit(
        'constructs/model-store.test.ts: refuses several pods on a volume that one node at a time may have',
      ),
      unit('constructs/model-store.test.ts: refuses an image where the API server drops it'),
    ],
  },
  {
    feature:
      'Model servers keep to themselves: who may reach them, which pods go first, how many leave at once',
    constructs: ['ModelServerAccess', 'ServingPriority', 'DisruptionBudget'],
    examples: ['papers-platform', 'book-models'],
    proofs: [
      server(
        `${EXAMPLES}: ‹name›: the API server takes every object, unknown fields being errors, without a warning`,
      ),
      golden(
        'constructs/tei.test.ts: an embedding server is a store, a policy, a Deployment and a Service named after the model',
      ),
      unit('constructs/tei.test.ts: one replica needs no disruption budget, two have one'),
    ],
  },
  {
    feature: 'More replicas while requests wait; models larger than a node',
    fields: ['models.<name>.vllm.autoscale', 'models.<name>.vllm.pipelineParallelSize'],
    constructs: ['Autoscaler', 'LeaderWorkerSet'],
    proofs: [
      unit(
        'constructs/served-shapes.test.ts: a model that grows is scaled by the requests that wait for it, and by no fixed number',
      ),
      unit(
        'constructs/served-shapes.test.ts: a model larger than a node is groups of pods, one process group each',
      ),
    ],
  },
  {
    feature: 'Draining: a leaving model server or proxy finishes the longest answer',
    fields: ['models.<name>.vllm.drain', 'gateway.requestTimeout'],
    proofs: [
      unit('config/timing.test.ts: no time-out cuts what another one allows'),
      unit('constructs/vllm.test.ts: a leaving pod finishes the longest answer before it is killed'),
    ],
  },
  {
    feature: 'Text Embeddings Inference, through the same gateway',
    fields: ['models.<name>.tei'],
    constructs: ['TeiServer'],
    examples: ['book-models'],

    proofs: [
      unit('constructs/tei.test.ts: it answers in the dialect of OpenAI'),
      envoy(
        'e2e/exercises/book-models.ts: bge-large-en goes to Text Embeddings Inference, through the same gateway',
      ),
    ],
  },
  {
    feature: 'Eleven kinds of provider, each from one line, with keys that no client holds',
    fields: [
      ...['provider', 'model', 'apiKeySecret', 'baseUrl', 'caCertificate', 'api', 'resource', 'apiVersion'],
      ...['region', 'project', 'credentialsSecret', 'clientId', 'tenantId', 'clientSecret', 'roleArn'],
      ...['workloadIdentity', 'oidc'],
    ].map((field) => `models.<name>.${field}`),
    constructs: ['ModelBackend'],
    examples: ['every-provider', 'hybrid-failover'],
    proofs: [
      envoy(`${EXAMPLES}: ‹name›: no credential of a client reaches an upstream, on any route`),
      envoy("e2e/providers.test.ts: ‹model›: ‹api›‹stream ? ', streamed' : ''›"),
      envoy("e2e/providers.test.ts: ‹model›: the provider's refusal reaches the client"),
      golden('constructs/providers.test.ts: ‹kind›'),
      unit(
        'constructs/providers.test.ts: every public provider is reached by TLS with verified certificates, and never hears who calls',
      ),
    ],
  },
  {
    feature: 'Routing by identity',
    fields: ['workloads.<name>.model'],
    constructs: ['WorkloadRoute'],
    examples: ['papers-platform'],
    proofs: [
      envoy(
        'e2e/exercises/papers-platform.ts: the identity decides which tier answers; an unknown one is answered 404',
      ),
      golden('constructs/routes.test.ts: a route sends one identity to one model'),
    ],
  },
  {
    feature: 'Routing by the name of the model, per-model permissions, /v1/models',
    fields: ['workloads.<name>.models'],
    examples: ['multi-tenant-jwt'],
    proofs: [
      envoy('e2e/exercises/book-models.ts: gpt-4o goes to OpenAI with the real key, llama-3-70b to vLLM'),
      envoy(
        'e2e/exercises/book-models.ts: a model that the platform does not have is answered 404, and nobody sees it',
      ),
      envoy('e2e/exercises/book-models.ts: /v1/models lists the models that can be asked for by name'),
    ],
  },
  {
    feature: 'Canary by weight',
    fields: ['models.<name>.route', 'models.<name>.route.split'],
    examples: ['canary'],
    proofs: [
      envoy(
        'e2e/exercises/canary.ts: of 2,000 requests the candidate answers 5 %, within four standard deviations',
      ),
      envoy('e2e/exercises/canary.ts: each model sees its own name, whatever the client asked for'),
    ],
  },
  {
    feature: 'Failover by priority, with the retries and health checks that it needs',
    fields: ['models.<name>.route.fallback', 'workloads.<name>.fallback', 'gateway.retry'],
    examples: ['hybrid-failover'],
    proofs: [
      envoy(
        'e2e/exercises/hybrid-failover.ts: the first choice is killed: no client sees an error, and the cloud answers',
      ),
      envoy('e2e/exercises/hybrid-failover.ts: the first choice is back: traffic returns to it'),
      envoy(
        'e2e/exercises/hybrid-failover.ts: provisioned throughput is exhausted: every request is answered on demand',
      ),
      envoy('e2e/exercises/hybrid-failover.ts: one cloud has an outage: another one answers every request'),
    ],
  },
  {
    feature: 'Tiers: cheapest first, fastest first',
    fields: ['models.<name>.route.order', 'models.<name>.price', 'models.<name>.expectedLatency'],
    proofs: [unit('config/served-models.test.ts: a model says what it costs and how long it takes')],
  },
  {
    feature: 'Sticky sessions by consistent hash',
    fields: ['models.<name>.route.session', 'workloads.<name>.session'],
    examples: ['sticky-sessions'],
    proofs: [
      envoy('e2e/exercises/sticky-sessions.ts: all requests of one session are answered by one replica'),
      envoy('e2e/exercises/sticky-sessions.ts: sessions are spread over all replicas'),
    ],
  },
  {
    feature: 'The route plan: any number of workloads in few routes under the real limits, stable',
    constructs: ['WorkloadRoute'],
    examples: ['thousand-workloads'],
    proofs: [
      property('config/routes.test.ts: no route crosses a limit of what is generated from it'),
      property(
        'config/routes.test.ts: a workload that comes or goes changes the route that it joins, or what that route becomes',
      ),
      unit('examples.test.ts: thousand-workloads: its document is what its script writes'),
      envoy(`${EXAMPLES}: ‹name›: no credential of a client reaches an upstream, on any route`),
      envoy('e2e/exercises/thousand-workloads.ts: one more is one changed route, and answers'),
    ],
  },
  {
    feature: 'Identity: the plain header, or nobody',
    fields: ['gateway.identity', 'workloads.<name>.match'],
    examples: ['papers-platform'],
    proofs: [
      envoy(
        'e2e/exercises/papers-platform.ts: the identity decides which tier answers; an unknown one is answered 404',
      ),
      unit('config/gateway-identity.test.ts: without a word the client names itself'),
      unit('config/gateway-identity.test.ts: refuses several workloads that nobody tells apart'),
    ],
  },
  {
    feature: 'Identity: API keys',
    fields: ['gateway.identity.apiKey', 'workloads.<name>.apiKeySecret'],
    examples: ['api-keys'],
    proofs: [
      envoy(
        'e2e/exercises/api-keys.ts: a request without a key, or with a wrong one, is answered 401 and reaches nobody',
      ),
      envoy('e2e/exercises/api-keys.ts: a key says who asks, whatever the client says'),
    ],
  },
  {
    feature:
      'A VKS cluster from the document: its pools sized by what runs on them, or refused with the arithmetic',
    fields: ['cluster.vks'],
    constructs: ['VksWorkloadCluster'],
    proofs: [
      property('config/node-pools.test.ts: what is planned holds the platform, whatever its size'),
      golden('constructs/cluster.test.ts: a VKS cluster is one object of the Supervisor'),
      server(
        'e2e/cluster-objects.test.ts: ‹stack›: the API server takes every object, unknown fields being errors, without a warning',
      ),
      unit('config/vks-refusals.test.ts: refuses a GPU pool with too few nodes for its models'),
    ],
  },
  {
    feature: "NVIDIA's GPU operator, with the vGPU guest driver or drivers of the node image",
    fields: ['cluster.vks.gpuOperator'],
    constructs: ['GpuOperatorNamespace'],
    proofs: [
      golden(
        'config/gpu-operator.test.ts: the values with the vGPU guest driver, and with drivers of the node image',
      ),
      unit('stacks/controllers.test.ts: an update waits until every GPU node has its drivers'),
    ],
  },
  {
    feature:
      'A preview shows every object of a VKS stack with no vCenter, Supervisor or cluster, and no secret',
    proofs: [
      golden('e2e/preview.test.ts: shows every object of the document, every value known'),
      golden(
        "e2e/preview.test.ts: shows what is in the controllers' charts, made from the document's values",
      ),
      unit('e2e/preview.test.ts: no object has a value that is not known, and the policies are shown each'),
      unit('e2e/preview.test.ts: says no secret, neither as JSON nor as a difference'),
    ],
  },
  {
    feature: 'A stack that owns some layers, and another one the cluster',
    fields: ['layers', 'clusterStack'],
    proofs: [
      unit('config/vks.test.ts: a stack may own some layers, whatever order they are written in'),
      unit(
        'stacks/cluster.test.ts: a stack of the rest takes the kubeconfig of the stack that has the cluster',
      ),
      server(
        'e2e/two-stacks.test.ts: a stack with the cluster and one with the rest are together what one stack was',
      ),
      server('e2e/supervisor.test.ts: refuses a second stack with layers that the first has'),
    ],
  },
  {
    feature: 'Day two: recipes for upgrades, pools, models, keys, drift, import and new environments',
    proofs: [
      'a pool grows with its models, and a model is replaced beside the old one',
      'another Kubernetes release comes on every node, pool by pool',
      'a new provider key reaches the provider, and one Secret is changed',
      'refresh finds what somebody took away, and the next update brings it back',
      'a cluster that is there is taken over as it is, once the document says what it is',
      'a new environment has a file, a preview without its vCenter, and a cluster of its own',
    ].map((title) => server(`e2e/day-two.test.ts: ${title}`)),
  },
  {
    feature: 'Protection of the platform, and of the Cluster and of weights one by one, against deletion',
    fields: ['protect'],
    proofs: [
      server('e2e/day-two.test.ts: a protected platform is not destroyed: nothing of it is touched'),
      server(
        'e2e/day-two.test.ts: a platform that is protected no more is destroyed, from the gateway to the cluster, and leaves nothing',
      ),
      server('e2e/controllers.test.ts: protected, nothing of them is destroyed'),
      unit('stacks/manifests.test.ts: the Cluster and volumes with weights are protected, and nothing else'),
    ],
  },
  {
    feature: 'An existing cluster, or this machine’s embedded datacenter',
    fields: ['cluster.local', 'cluster.existing'],
    proofs: [
      server(
        'e2e/platform.test.ts: npm start: pulumi up, an answering gateway, and every case of the functional suite',
      ),
      unit('config/controllers.test.ts: refuses a Kubernetes that is too old'),
    ],
  },
  {
    feature: 'Identity: signed tokens, whose claims become the identity headers',
    fields: ['gateway.identity.jwt'],
    constructs: ['ClientIdentity'],
    examples: ['multi-tenant-jwt'],
    proofs: [
      envoy(
        'e2e/exercises/multi-tenant-jwt.ts: a tenant’s token opens the models of that tenant, and no other',
      ),
      envoy('e2e/exercises/multi-tenant-jwt.ts: a tenant that a client writes itself counts for nothing'),
      envoy(
        'e2e/exercises/multi-tenant-jwt.ts: no token, a foreign, an old and a changed one are refused and reach nobody',
      ),
      unit('config/gateway-identity.test.ts: tokens: the workload is the client that the token was made for'),
      unit('config/gateway-identity.test.ts: refuses a key set that anybody on the way could replace'),
    ],
  },
  {
    feature: 'Identity: client certificates; TLS at the listener',
    fields: ['gateway.identity.mtls', 'gateway.listener.tls'],
    proofs: [
      envoy(`${IDENTITY}: a certificate leads to the workload that it names, over HTTP/1.1 and HTTP/2`),
      envoy(
        `${IDENTITY}: without a certificate, with a foreign one or one without a name there is no handshake`,
      ),
      envoy(`${IDENTITY}: with URIs, a certificate leads to the workload that its URI names`),
      unit('config/gateway-identity.test.ts: client certificates, over the TLS port'),
      unit('config/gateway-identity.test.ts: refuses client certificates without TLS'),
    ],
  },
  {
    feature: 'Identity: an external service decides',
    fields: ['gateway.identity.extAuth'],
    proofs: [
      envoy(`${IDENTITY}: the service says who asks; what the client says counts for nothing`),
      envoy(`${IDENTITY}: while the service is away nobody is let in`),
      unit('config/gateway-identity.test.ts: external authorization, with the parts of its URL'),
      unit(
        'config/gateway-identity.test.ts: refuses an authorization service on the public internet without TLS',
      ),
    ],
  },
  {
    feature: 'Telemetry: access log with tokens, traces without prompts, labels of the token metrics',
    fields: ['gateway.accessLog', 'gateway.tracing', 'gateway.metricLabels'],
    examples: ['telemetry'],
    proofs: [
      envoy(`${IDENTITY}: Envoy and the external processor tell of a call, and not what was said`),
      envoy(`${IDENTITY}: the access log says who asked, for what and how much, and holds no credential`),
      unit(
        'config/gateway-telemetry.test.ts: a collector is a host and a port, and its spans hold no prompts',
      ),
      unit('config/gateway-telemetry.test.ts: the identity headers are labels, and others on request'),
      unit('constructs/gateway.test.ts: the access log has a field for each token count that routes write'),
    ],
  },
  {
    feature: 'Limits: requests a minute, in each Envoy its share',
    fields: ['workloads.<name>.limits', 'workloads.<name>.limits.requestsPerMinute'],
    constructs: ['WorkloadTraffic'],
    examples: ['papers-platform', 'token-budgets'],
    proofs: [
      envoy(
        'e2e/platform.test.ts: one changed limit is one changed object, and the gateway follows within five seconds',
      ),
      property('config/limits.test.ts: all replicas together let through what the workload was given'),
    ],
  },
  {
    feature: 'Limits: tokens a minute, hour, day and month; shadow mode',
    fields: [
      ...['tokensPerMinute', 'tokensPerHour', 'tokensPerDay', 'tokensPerMonth', 'shadow'].map(
        (field) => `workloads.<name>.limits.${field}`,
      ),
      'gateway.limiter',
    ],
    examples: ['token-budgets'],
    proofs: [
      envoy(
        'e2e/exercises/token-budgets.ts: a budget of 20 tokens: the request that crosses it is served, and those after it are refused',
      ),
      envoy('e2e/exercises/token-budgets.ts: the same budget in shadow mode refuses nothing'),
      envoy('e2e/exercises/token-budgets.ts: a budget is its workload’s own: the others are served'),
      envoy('e2e/limits.test.ts: a stream costs nothing until it closes, and then what it says'),
      envoy('e2e/limits.test.ts: one budget holds on every route of its workload'),
      envoy('e2e/limits.test.ts: without Redis a budget is forgotten for the time, and requests pass'),
      envoy('e2e/limits.test.ts: with failClosed it is refused instead, and only where there is a budget'),
    ],
  },
  {
    feature: 'Limits: parallel requests',
    fields: ['workloads.<name>.limits.parallelRequests'],
    examples: ['token-budgets'],
    proofs: [
      unit(
        'config/routes.test.ts: parallel requests have a rule for each workload, and each Envoy its share',
      ),
    ],
  },
  {
    feature: 'The gateway’s size: workers, memory, buffer limit and circuit breakers from one plan',
    fields: [
      'gateway.cpu',
      'gateway.memory',
      'gateway.replicas',
      'gateway.bufferLimit',
      'gateway.listener',
      'gateway.listener.port',
    ],
    constructs: ['AiGateway'],
    examples: ['papers-platform'],
    proofs: [
      property('config/envoy.test.ts: the parallel requests fit into the memory, and one more would not'),
      golden(
        'constructs/gateway.test.ts: a gateway is class, proxy, config, gateway and client policy of one name',
      ),
    ],
  },
  {
    feature: 'MCP: several servers behind one endpoint, tools chosen, keys injected',
    fields: ['mcp'],
    constructs: ['McpEndpoint'],
    examples: ['mcp'],
    proofs: [
      envoy(
        'e2e/exercises/mcp.ts: one session lists the tools of all servers, without those that the document leaves out',
      ),
      envoy('e2e/mcp.test.ts: a tool is called at its server'),
      envoy('e2e/mcp.test.ts: each server sees its own key, and never the client’s credential'),
      golden(
        'constructs/mcp.test.ts: an MCP endpoint is an MCPRoute, and for each server a Backend and what holds its key',
      ),
    ],
  },
  {
    feature:
      'The GPU memory plan: what fits is calculated, what does not is refused with the nearest that does',
    fields: ['models.<name>.vllm.tensorParallelSize', 'models.<name>.vllm.maxModelLen'],
    examples: ['papers-platform'],
    proofs: [
      property('config/gpu-properties.test.ts: what a refusal for memory suggests is accepted'),
      property('config/gpu-properties.test.ts: more GPUs that share a layer never mean fewer blocks'),
      unit('config/gpu-memory.test.ts: its checkpoint is 60.8 GiB'),
      unit(
        'config/gpu-memory.test.ts: vLLM 0.10.1 loads 65.9651 GiB onto one GPU for Marlin (its issue 23278)',
      ),
      unit(
        'config/gpu-memory.test.ts: vLLM 0.14.1 loads 64.38 GiB onto one GPU for Triton (its issue 33155)',
      ),
      unit('config/gpu-memory.test.ts: four GPUs at 0.90 hold about 39 requests of 131,072 tokens'),
    ],
  },
  {
    feature: 'vLLM’s flags by version: one that the image does not have is refused',
    fields: ['models.<name>.vllm.version', 'models.<name>.vllm.extraArgs'],
    proofs: [
      unit(
        'config/vllm-flags.test.ts: refuses a flag that no version has, with the nearest one of this version',
      ),
      unit('config/vllm-flags.test.ts: every flag of a version is taken or set by the platform'),
    ],
  },
  {
    feature: 'InferencePool: an endpoint picker chooses the replica',
    fields: ['models.<name>.vllm.endpointPicker'],
    constructs: ['ModelPool'],
    examples: ['inference-pool'],
    proofs: [
      server(`${EXAMPLES}: ‹name›: every controller has judged every object, and all is true`),
      envoy('e2e/exercises/inference-pool.ts: the picker spreads requests over all replicas'),
      envoy('e2e/exercises/inference-pool.ts: limits hold on the way to a pool'),
      envoy(
        'e2e/exercises/inference-pool.ts: without its picker a pool refuses, and the rest of the platform goes on',
      ),
      golden(
        'constructs/inference-pool.test.ts: a pool is an InferencePool and its endpoint picker with what that may do',
      ),
    ],
  },
  {
    feature: 'Two Envoys: local limits are divided, token budgets shared',
    fields: ['gateway.replicas'],
    proofs: [
      envoy('e2e/replicas.test.ts: a limit of four requests a minute is two at each Envoy'),
      envoy('e2e/replicas.test.ts: a token budget is one for both Envoys'),
      envoy('e2e/replicas.test.ts: every Envoy and every replica of the model gets a share of the requests'),
    ],
  },
  {
    feature: 'The controllers by their official charts, with values from the document',
    fields: ['controllers'],
    constructs: ['Redis', 'GatewayCertificates'],
    proofs: [
      golden('config/controllers.test.ts: the values of both charts'),
      unit('config/controllers.test.ts: both ends of the extension manager take messages of the same size'),
      server('e2e/controllers.test.ts: every controller is available, and the gateway answers'),
      server('e2e/controllers.test.ts: an update without a change makes none: certificate and hooks stay'),
    ],
  },
  {
    feature: 'Scrape targets and recording rules',
    fields: ['observability.scrapeInterval'],
    constructs: ['ScrapeTargets', 'RecordingRules'],
    examples: ['papers-platform'],
    proofs: [
      envoy(
        'e2e/platform.test.ts: npm start: pulumi up, an answering gateway, and every case of the functional suite',
      ),
      golden('constructs/monitoring.test.ts: proxies, model servers and GPUs are scraped'),
      golden('constructs/rules.test.ts: three series are recorded'),
    ],
  },
  {
    feature: 'The rules about one object stand in the cluster, and warn or deny',
    fields: ['policies', 'policies.admission', 'policies.parameters'],
    constructs: ['AdmissionPolicies'],
    proofs: [
      server(
        'e2e/admission.test.ts: deny: every bad sample is refused with its message, every good one admitted',
      ),
      server(
        'e2e/admission.test.ts: warn: what breaks a rule is admitted with its message, and what breaks none without',
      ),
      server('e2e/admission.test.ts: the API server knows every field that the policies name'),
    ],
  },
  {
    feature: 'Findings that are right are exempted, with a reason, an owner and an end',
    fields: ['policies.exemptions'],
    proofs: [
      unit('constructs/exempt.test.ts: an exemption of the document is at the object that it names'),
      unit('policies/exemptions.test.ts: it counts at every gate, and until its last day'),
    ],
  },
];
