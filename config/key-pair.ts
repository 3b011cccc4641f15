import { isIP } from 'node:net';

/** PEM texts. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
  /** The certificate of the authority that signed it; the authority's key is forgotten. */
  readonly authority: string;
}

const YEARS = 10;

/**
 * Makes a serving and client certificate under an authority of its own, valid for ten years. Unlike everything
 * else here another one every time: whoever calls it keeps what it returns.
 *
 * @param names Host names and addresses; the first is the subject.
 */
export async function generateKeyPair(names: readonly string[]): Promise<KeyPair> {
  // Its X.509 library takes longer to load than a stack to check, and few commands make certificates.
  const { generate } = await import('selfsigned');
  const common = {
    algorithm: 'sha256',
    keyType: 'ec',
    notAfterDate: new Date(Date.now() + YEARS * 365 * 86_400_000),
  } as const;
  const ca = await generate([{ name: 'commonName', value: `ca of ${names[0]}` }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: names[0] ?? '' }], {
    ...common,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((value) => (isIP(value) ? { type: 7, ip: value } : { type: 2, value })),
      },
    ],
  });
  return { certificate: leaf.cert, key: leaf.private, authority: ca.cert };
}
