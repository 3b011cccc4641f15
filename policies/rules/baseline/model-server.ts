import type { Container } from 'kubernetes-types/core/v1';

/** Of the sound model server. */
export const ARGS: readonly string[] = [
  '/models/oss',
  '--served-model-name=oss',
  '--port=8000',
  '--tensor-parallel-size=4',
  '--gpu-memory-utilization=0.90',
  '--max-num-seqs=256',
  '--max-num-batched-tokens=8192',
  '--enable-force-include-usage',
  '--shutdown-timeout=120',
];

const probe = { path: '/health', port: 'http' };

/** The container of the sound model server. */
export const VLLM: Container = {
  name: 'vllm',
  image: 'docker.io/vllm/vllm-openai:v0.33.0',
  command: ['vllm', 'serve'],
  args: [...ARGS],
  env: [
    { name: 'HOME', value: '/cache' },
    { name: 'VLLM_ENGINE_READY_TIMEOUT_S', value: '1800' },
    { name: 'VLLM_HTTP_TIMEOUT_KEEP_ALIVE', value: '310' },
  ],
  ports: [{ name: 'http', containerPort: 8000 }],
  resources: {
    requests: { cpu: '16', memory: '96Gi', 'nvidia.com/gpu': '4' },
    limits: { memory: '192Gi', 'nvidia.com/gpu': '4' },
  },
  startupProbe: { httpGet: probe, periodSeconds: 10, failureThreshold: 180 },
  readinessProbe: { httpGet: probe, periodSeconds: 5 },
  livenessProbe: { httpGet: probe, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  lifecycle: { preStop: { sleep: { seconds: 15 } } },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  volumeMounts: [
    { name: 'shm', mountPath: '/dev/shm' },
    { name: 'cache', mountPath: '/cache' },
    { name: 'models', mountPath: '/models', readOnly: true },
  ],
};
