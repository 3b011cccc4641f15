/** Name of the Pulumi project: the namespace of its configuration keys. */
export const PROJECT = 'vcf-ai-platform';

/** The key in a stack file's `config` that holds the platform document. */
export const PLATFORM_KEY = `${PROJECT}:platform`;
