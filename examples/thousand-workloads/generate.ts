import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a team may have: four classes, so that the gateway needs a rule for each and not for each workload. */
const CLASSES = [
  '{ model: gpt-oss-120b }',
  '{ model: gpt-oss-120b, limits: { tokensPerHour: 2000000 } }',
  '{ model: gpt-oss-120b, fallback: [gemini-flash] }',
  '{ model: gemini-flash, limits: { requestsPerMinute: 600 } }',
];

const workload = (index: number) =>
  `      app-${String(index).padStart(4, '0')}: ${CLASSES[index % CLASSES.length]}`;

/** The stack file beside this script; `npx tsx examples/thousand-workloads/generate.ts` writes it. */
export function thousandWorkloads(): string {
  return `# 1,000 workloads, written by generate.ts: what grows is this file, not the gateway. The passphrase of this stack
# is publicly known (cli/pulumi.ts); the one secret below is the key of a stand-in, not valid anywhere else.
config:
  vcf-ai-platform:platform:
    cluster: { local: {} }
    models:
      gpt-oss-120b: { vllm: { tensorParallelSize: 4, maxModelLen: 131072, startupBudget: 15s } }
      gemini-flash:
        provider: gemini
        model: gemini-2.5-flash
        apiKeySecret: gemini-api-key
        baseUrl: http://gemini.stand-in.internal:8090/v1beta/openai   # production: remove it
    workloads:
${Array.from({ length: 1000 }, (_, index) => workload(index)).join('\n')}
    gateway: { cpu: 2, memory: 4Gi, requestTimeout: 30s }
  vcf-ai-platform:gemini-api-key:
    secure: v1:xz4BpuI8esrMDy6S:yE9RV+JstQfp7iWBDz1L+mpJ4odDzcwRcdyolo4R4ny8ptMzplFxE3dNACCA0WrK
encryptionsalt: v1:iclXsRBCzrc=:v1:De/z/Kg2ttASiH1y:TiX/5YgsGLYy4Gn5kZqi+9aNcTvwnQ==
`;
}

if (require.main === module) writeFileSync(join(__dirname, 'Pulumi.local.yaml'), thousandWorkloads());
