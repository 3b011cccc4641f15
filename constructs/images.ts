import { TEI_VERSION, VLLM_VERSION } from '../config';
import versions from '../versions.json';

const { vllm, tei } = versions.images;

/** From here on vLLM's plain tags are built for CUDA 13, and CUDA 12 has a suffix; before it was the other way. */
const CUDA_13_SINCE = 20;

const CUDA_SUFFIX: Readonly<Record<string, string>> = { '12': '-cu129', '13': '-cu130' };

/**
 * The image of a vLLM version; it holds Python, PyTorch and the hub's client as well.
 *
 * @param version Without `v`; default: the one that versions.json pins.
 * @param cuda Major version of CUDA, 12 or 13; default: that of the version's plain tag.
 */
export function vllmImage(version: string = VLLM_VERSION, cuda?: string): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const plain = major > 0 || minor >= CUDA_13_SINCE ? '13' : '12';
  const suffix = cuda === undefined || cuda === plain ? '' : CUDA_SUFFIX[cuda];
  return `${vllm.repository}:v${version}${suffix}`;
}

/** Architectures that Text Embeddings Inference has an image of its own for, by the tag's prefix. */
const TEI_FLAVOURS: readonly (readonly [gpu: RegExp, flavour: string])[] = [
  [/^cpu$/, 'cpu-'],
  [/^a100\b/, ''],
  [/^l40s\b/, '89-'],
  [/^h[12]00\b/, 'hopper-'],
];

/** Larger, because it holds the kernels of every GPU from Turing to Hopper. */
const ANY_GPU = 'cuda-';

/**
 * The image of Text Embeddings Inference for `cpu` or a GPU.
 *
 * @param version Default: the one that versions.json pins.
 */
export function teiImage(gpu: string, version: string = TEI_VERSION): string {
  const flavour = TEI_FLAVOURS.find(([pattern]) => pattern.test(gpu))?.[1] ?? ANY_GPU;
  return `${tei.repository}:${flavour}${version}`;
}
