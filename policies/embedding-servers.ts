import type { Container } from 'kubernetes-types/core/v1';
import type { Manifest } from '../base/manifest';
import { type CommandLine, commandLineOf, flagValue, isVariable } from './command-line';
import { type ModelServer, serversAmong } from './model-servers';
import { podsIn } from './pods';

/** An image of the project itself, or a mirror of one; others have variables of their own. */
const UPSTREAM = /(?:^|\/)text-embeddings-inference(?::([^@]+))?(?:@|$)/;

/** Of the images, which set the variable PORT; the program alone takes 3000 (Dockerfile and router/src/main.rs, 1.2 to 1.9). */
const IMAGE_PORT = 80;

/** Where the images keep what they download (Dockerfile, HUGGINGFACE_HUB_CACHE). */
const IMAGE_CACHE = '/data';

/** The servers of Text Embeddings Inference among the pods of an object. */
export function embeddingServersIn(object: Manifest): ModelServer[] {
  return podsIn(object).flatMap((pods) => serversAmong(pods, isServer));
}

function isServer(container: Container): boolean {
  const { words } = commandLineOf(container);
  return words.some((word) => /(?:^|\/)text-embeddings-router$/.test(word)) || isUpstream(container);
}

/** Whether a server is started by an image of the project, with its variables. */
export function isUpstream({ image = '', command }: Container): boolean {
  const started =
    command === undefined || command.some((word) => /text-embeddings-router|entrypoint/.test(word));
  return started && UPSTREAM.test(image);
}

/** The version of a server, as a number with two places: 1.09 of `cuda-1.9`, undefined where the tag does not say it. */
export function embeddingVersion({ image = '' }: Container): number | undefined {
  const [, major, minor] =
    /(?:^|-)(\d+)\.(\d+)(?:\.\d+)?(?:-grpc)?$/.exec(UPSTREAM.exec(image)?.[1] ?? '') ?? [];
  return major === undefined ? undefined : Number(major) + Number(minor) / 100;
}

/** The HTTP images alone have paths. */
export const isGrpc = ({ image = '' }: Container) => /-grpc(?:@|$)/.test(image);

/**
 * What a setting of a server is, by the name of its flag: the flag, or the variable that has the same name in capitals;
 * `null` where it is not set, undefined where nobody can know it.
 */
export function settingOf(container: Container, flag: string): string | null | undefined {
  const line = commandLineOf(container);
  if (line.flags.has(flag)) {
    const [value = ''] = line.flags.get(flag) ?? [];
    return isVariable(value) ? undefined : value;
  }
  const short = flag === 'port' ? shortPort(line) : undefined;
  if (short !== undefined) return short;
  const name = flag.toUpperCase().replaceAll('-', '_');
  const own = (container.env ?? []).find((each) => each.name === name);
  if (own !== undefined) return own.value !== undefined && !isVariable(own.value) ? own.value : undefined;
  const isOpen = line.isOpen || (container.envFrom ?? []).length > 0;
  return isOpen ? undefined : null;
}

/** `-p 8080`, `-p=8080` and `-p8080`. */
function shortPort({ words }: CommandLine): string | undefined {
  const index = words.findIndex((word) => /^-p(?:=?\d+)?$/.test(word));
  return index < 0 ? undefined : (/\d+$/.exec(words[index] ?? '')?.[0] ?? words[index + 1]);
}

/** The port that a server listens on; undefined where nobody can know it. */
export function embeddingPort(container: Container): number | undefined {
  const port = settingOf(container, 'port');
  if (port === null) return isUpstream(container) ? IMAGE_PORT : undefined;
  return port !== undefined && /^\d+$/.test(port) ? Number(port) : undefined;
}

/** The directory of what a server downloads; undefined where nobody can know it. */
export function embeddingCache(container: Container): string | undefined {
  const directory = settingOf(container, 'huggingface-hub-cache');
  return directory === null ? (isUpstream(container) ? IMAGE_CACHE : undefined) : directory;
}

/** The model of a server: a name of the hub or a path. */
export function embeddingModel(container: Container): string | undefined {
  return flagValue(commandLineOf(container), 'model-id') ?? settingOf(container, 'model-id') ?? undefined;
}
