/** The model of the tests' servers. */
export const model = 'gpt-oss-120b';

/** A series of the model server, with the labels that all of them have. */
export function series(name: string, labels = ''): string {
  return `vllm:${name}{${[`engine="0"`, labels, `model_name="${model}"`].filter(Boolean).sort().join(',')}}`;
}
