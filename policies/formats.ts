import { isIPv4, isIPv6 } from 'node:net';
import type { Format } from 'ajv';
import { Quantity } from '../base/quantity';
import { isRequestUri } from './cel/url';

/**
 * The formats that definitions use, as the API server checks them (k8s.io/kube-openapi, pkg/validation). It
 * ignores formats that it does not know, and so does the validator. Only of integers it takes any size
 * (Kubernetes 1.34): then no controller can read the object.
 */
export const FORMATS: Readonly<Record<string, Format>> = {
  int32: { type: 'number', validate: (value: number) => value >= -(2 ** 31) && value < 2 ** 31 },
  double: true,
  int64: { type: 'number', validate: (value: number) => value >= -(2 ** 63) && value < 2 ** 63 },
  base64: (text: string) => BASE64.test(text.replace(/[\r\n]/g, '')),
  byte: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/,
  'date-time': (text: string) => RFC_3339.test(text) && !Number.isNaN(Date.parse(text)),
  duration: (text: string) => GO_DURATION.test(text) || LOOSE_DURATION.test(text),
  ipv4: isIPv4,
  ipv6: isIPv6,
  quantity: (text: string) => Quantity.parse(text) !== undefined,
  uri: isRequestUri,
};

/** In lines or in one: Go's decoder passes over the ends of lines. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** What Go's `time.ParseDuration` takes. */
const GO_DURATION = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;

/** And what strfmt's own reader takes beside it: a number and a unit, anywhere in the text. */
const LOOSE_DURATION =
  /\d+\s*(?:ns|us|µs|ms|[smhdw]|hr|wk|(?:nano|micro|milli|sec|min|hour|day|week)[a-zµ]*)(?![a-zµ])/i;

/** Patterns are written for Go, where a flag may stand inside: `^(?i)(abort|warn)?$`. */
export const goPattern = Object.assign(
  (pattern: string, flags: string) =>
    new RegExp(pattern.replace('(?i)', ''), pattern.includes('(?i)') ? `${flags}i` : flags),
  { code: 'new RegExp' },
);
