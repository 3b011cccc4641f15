import versions from '../../versions.json';

/** vLLM's version when the document says none. */
export const VLLM_VERSION = versions.images.vllm.tag.replace(/^v/, '');

/** Text Embeddings Inference's version when the document says none. */
export const TEI_VERSION = versions.images.tei.tag;
