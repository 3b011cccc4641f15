import type { RuleKinds } from '../../kinds';
import { defineRule } from '../../rule';
import { isFilledIn, textsOf } from './secret-texts';

/** The key that Envoy Gateway reads, of a ConfigMap as of a Secret. */
const KEY = 'ca.crt';

const BACKEND = 'backend/ai/chat';
const AT = `${BACKEND} /spec/tls/caCertificateRefs/0`;

const authorities = (data: object, kind = 'ConfigMap') => ({
  [BACKEND]: {
    spec: {
      tls: {
        wellKnownCACertificates: null,
        sni: 'api.example.com',
        caCertificateRefs: [{ group: '', kind, name: 'authorities' }],
      },
    },
  },
  [`${kind.toLowerCase()}/ai/authorities`]: {
    apiVersion: 'v1',
    kind,
    metadata: { namespace: 'ai', name: 'authorities' },
    data,
  },
});

export const caCertificates = defineRule({
  id: 'G47',
  title: 'authorities are under the key ca.crt',
  effect: 'refused',
  why:
    'Envoy Gateway reads ca.crt of a ConfigMap or a Secret with authorities, or the only key that it has. With ' +
    'several others it refuses what names them: a backend answers 500, and so do the routes of a ' +
    'ClientTrafficPolicy.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/helpers.go (getOrFirstFromData) and backendtlspolicy.go (getCaCertsFromCARefs)',
  fix: 'store the certificates in PEM under ca.crt',
  area: 'gateway',
  scope: 'graph',
  kinds: ['Backend', 'BackendTLSPolicy', 'ClientTrafficPolicy'],
  good: [
    { shows: 'the key that is read', change: authorities({ 'ca.crt': 'authorities', 'tls.crt': 'another' }) },
    { shows: 'the only key, whatever it is called', change: authorities({ 'bundle.pem': 'authorities' }) },
    {
      shows: 'a ConfigMap that OpenShift fills in',
      change: {
        ...authorities({}),
        'configmap/ai/authorities': {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: {
            namespace: 'ai',
            name: 'authorities',
            annotations: { 'service.beta.openshift.io/inject-cabundle': 'true' },
          },
        },
      },
    },
    { shows: 'a Secret', change: authorities({ 'ca.crt': 'YXV0aG9yaXRpZXM=' }, 'Secret') },
  ],
  bad: [
    { shows: 'two other keys', change: authorities({ 'a.pem': 'a', 'b.pem': 'b' }), finds: [AT] },
    { shows: 'nothing', change: authorities({ 'ca.crt': '' }), finds: [AT] },
  ],
  check: (all, one) =>
    all
      .referencesFrom(one)
      .filter(({ pointer }) => pointer.includes('/caCertificateRefs/'))
      .flatMap(({ pointer, to }) => {
        const object = all.find(to);
        if (object === undefined || (to.kind !== 'ConfigMap' && to.kind !== 'Secret')) return [];
        const texts = to.kind === 'Secret' ? textsOf(object as RuleKinds['Secret']) : dataOf(object);
        const [only = '', ...others] = Object.values(texts);
        const text = texts[KEY] ?? (others.length === 0 ? only : '');
        if (text !== '' || isFilledIn(object)) return [];
        return [
          { pointer, value: to.name, problem: `${to.kind} ${to.name} has no authorities under ${KEY}` },
        ];
      }),
});

const dataOf = (object: object): Record<string, string> => Object(Reflect.get(object, 'data') ?? {});
