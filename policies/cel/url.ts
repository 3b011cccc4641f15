import type { Environment } from '@marcbachmann/cel-js';
import { CelError } from './error';

/** The parts of a URL, cut where Go's net/url cuts them; nothing is normalized. */
class Url {
  constructor(
    readonly scheme: string,
    /** With the port, IPv6 in brackets. */
    readonly host: string,
    readonly path: string,
    readonly query: string,
  ) {}

  get hostname(): string {
    return this.host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  }

  get port(): string {
    return /:(\d*)$/.exec(this.host.replace(/^\[.*\]/, ''))?.[1] ?? '';
  }

  /** @returns undefined for what Go's `ParseRequestURI` refuses: neither absolute nor a path from the root */
  static parse(text: string): Url | undefined {
    const [, scheme = '', rest = text] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(text) ?? [];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
    if (/[\x00-\x1f\x7f]/.test(text) || text === '' || text.startsWith(':')) return undefined;
    if (!rest.startsWith('/') && scheme === '') return undefined;
    const [beforeFragment = ''] = rest.split('#');
    const [hierarchy = '', query = ''] = cut(beforeFragment, '?');
    if (!hierarchy.startsWith('/')) return new Url(scheme, '', '', query);
    const [, authority = '', path = ''] = /^(?:\/\/([^/]*))?(.*)$/s.exec(hierarchy) ?? [];
    const host = authority.slice(authority.lastIndexOf('@') + 1);
    if (!HOST.test(host) || /%(?![0-9a-f]{2})/i.test(path)) return undefined;
    return new Url(scheme.toLowerCase(), host, path, query);
  }
}

const HOST = /^(?:\[[^\]]*\]|[^\s%\\^`{|}:[\]]*)(?::\d*)?$/;

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** What the format `uri` accepts, in OpenAPI and in CEL. */
export function isRequestUri(text: string): boolean {
  return Url.parse(text) !== undefined;
}

/** Kubernetes' `url()` and what can be asked of one. */
export function registerUrl(environment: Environment): void {
  const type = 'kubernetes.URL';
  environment
    .registerType(type, Url)
    .registerFunction(`url(string): ${type}`, (text: string) => {
      const parsed = Url.parse(text);
      if (parsed !== undefined) return parsed;
      throw new CelError(`URL parse error during conversion from string: ${text}`);
    })
    .registerFunction('isURL(string): bool', isRequestUri)
    .registerFunction(`${type}.getScheme(): string`, (url: Url) => url.scheme)
    .registerFunction(`${type}.getHost(): string`, (url: Url) => url.host)
    .registerFunction(`${type}.getHostname(): string`, (url: Url) => url.hostname)
    .registerFunction(`${type}.getPort(): string`, (url: Url) => url.port)
    .registerFunction(`${type}.getEscapedPath(): string`, (url: Url) => url.path)
    .registerFunction(`${type}.getQuery(): map<string, list<string>>`, ({ query }: Url) => {
      const parameters = new URLSearchParams(query);
      return new Map([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)]));
    });
}
