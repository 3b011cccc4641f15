import { type Environment, Optional } from '@marcbachmann/cel-js';
import { isRequestUri } from './url';

/** A named format of texts. */
class NamedFormat {
  constructor(readonly problems: (text: string) => readonly string[]) {}
}

class FormatNamespace {}

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

function pattern(regex: RegExp, most: number, problem: string): NamedFormat {
  return new NamedFormat((text) => [
    ...(text.length > most ? [`must be no more than ${most} characters`] : []),
    ...(regex.test(text) ? [] : [problem]),
  ]);
}

const label = (most: number, suffix = '') =>
  pattern(new RegExp(`^${LABEL}${suffix}$`), most, 'must be a label of RFC 1123: a-z, 0-9 and -');
const subdomain = (suffix = '') =>
  pattern(new RegExp(`^${LABEL}(\\.${LABEL})*${suffix}$`), 253, 'must be a subdomain of RFC 1123');
const label1035 = (suffix = '') =>
  pattern(new RegExp(`^[a-z]([-a-z0-9]*[a-z0-9])?${suffix}$`), 63, 'must be a label of RFC 1035');

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;
const NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const DATE = '\\d{4}-\\d{2}-\\d{2}';

const NAMED: Readonly<Record<string, NamedFormat>> = {
  dns1123Label: label(63),
  dns1123Subdomain: subdomain(),
  dns1035Label: label1035(),
  qualifiedName: pattern(
    new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*/)?(?=.{1,63}$)${NAME}$`),
    317,
    'must be a qualified name: letters, digits, -, _ and ., with an optional DNS prefix and /',
  ),
  // A name that something is appended to may end with a hyphen.
  dns1123LabelPrefix: label(63, '-?'),
  dns1123SubdomainPrefix: subdomain('-?'),
  dns1035LabelPrefix: label1035('-?'),
  labelValue: pattern(new RegExp(`^(${NAME})?$`), 63, 'must be a label value'),
  uri: new NamedFormat((text) => (isRequestUri(text) ? [] : ['invalid URI for request'])),
  uuid: pattern(
    /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i,
    36,
    'does not match the UUID format',
  ),
  byte: pattern(BASE64, Number.POSITIVE_INFINITY, 'invalid base64'),
  date: pattern(new RegExp(`^${DATE}$`), 10, 'invalid date'),
  datetime: pattern(
    new RegExp(`^${DATE}[Tt]\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?([Zz]|[+-]\\d{2}:\\d{2})$`),
    40,
    'invalid datetime',
  ),
};

/** Kubernetes' `format`: `format.dns1123Label().validate(name)` is none for a good name. */
export function registerFormats(environment: Environment): void {
  const type = 'kubernetes.NamedFormat';
  environment
    .registerType(type, NamedFormat)
    .registerType('FormatNamespace', FormatNamespace)
    .registerConstant('format', 'FormatNamespace', new FormatNamespace())
    .registerFunction(`FormatNamespace.named(string): optional<${type}>`, (_: unknown, name: string) =>
      Optional.of(NAMED[name]),
    )
    .registerFunction(
      `${type}.validate(string): optional<list<string>>`,
      ({ problems }: NamedFormat, text: string) => {
        const found = problems(text);
        return found.length === 0 ? Optional.none() : Optional.of(found);
      },
    );
  for (const [name, format] of Object.entries(NAMED)) {
    environment.registerFunction(`FormatNamespace.${name}(): ${type}`, () => format);
  }
}
