import { linksFrom } from '../../links';
import { defineRule } from '../../rule';
import { CERTIFICATE, HTTPS } from './samples';
import { isPlaceholder } from './secret-texts';

const GATEWAY = 'gateway/ai/chat';

const https = (secret: object) => ({
  [GATEWAY]: { spec: { listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }, HTTPS] } },
  ...CERTIFICATE,
  'secret/ai/certificate': {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'ai', name: 'certificate' },
    stringData: { 'tls.crt': 'a certificate', 'tls.key': 'its key' },
    ...secret,
  },
});

export const listenerCertificates = defineRule({
  id: 'G56',
  title: 'the certificate of a listener is in a Secret of type kubernetes.io/tls',
  effect: 'refused',
  why:
    'Envoy Gateway looks at the type of a Secret, and takes no certificate of another one, such as Opaque, though its keys ' +
    'are all there. A listener that has no other certificate is refused with InvalidCertificateRef: nobody listens on its port.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/validate.go (validateTerminateModeAndGetTLSSecrets)',
  fix: 'create the Secret anew with the type kubernetes.io/tls (kubectl create secret tls): the type of one that exists cannot be changed',
  area: 'gateway',
  scope: 'graph',
  kinds: ['Gateway', 'ListenerSet'],
  good: [{ shows: 'a Secret of the type', change: https({ type: 'kubernetes.io/tls' }) }],
  bad: [
    {
      shows: 'a Secret of no type',
      change: https({}),
      finds: [`${GATEWAY} /spec/listeners/1/tls/certificateRefs/0`],
    },
  ],
  check: (all, one) =>
    linksFrom(all, one, 'Secret')
      .filter(
        ({ reference, object }) =>
          reference.pointer.includes('/tls/certificateRefs/') &&
          object.type !== 'kubernetes.io/tls' &&
          !isPlaceholder(object.type ?? ''),
      )
      .map(({ reference: { pointer, to }, object }) => ({
        pointer,
        value: to.name,
        problem: `the certificate is not used: Secret ${to.name} is of the type ${object.type ?? 'Opaque'}`,
      })),
});
