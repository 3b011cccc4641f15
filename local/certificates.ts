import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** Files of one key pair: `tls.crt`, `tls.key`, and the authority that signed it, `ca.crt`. */
export interface KeyPair {
  readonly folder: string;
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/**
 * A serving and client certificate of its own one-certificate authority, valid for ten years, made once and
 * kept in `folder`.
 */
export async function keyPair(folder: string, names: readonly string[]): Promise<KeyPair> {
  const pair = {
    folder,
    cert: join(folder, 'tls.crt'),
    key: join(folder, 'tls.key'),
    ca: join(folder, 'ca.crt'),
  };
  if (existsSync(pair.ca)) return pair;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const notAfterDate = new Date(Date.now() + 3650 * 86_400_000);
  const authority = await generate([{ name: 'commonName', value: `ca of ${names[0]}` }], {
    algorithm: 'sha256',
    keyType: 'ec',
    notAfterDate,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: names[0] ?? '' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    notAfterDate,
    ca: { key: authority.private, cert: authority.cert },
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
  writeFileSync(pair.key, leaf.private, { mode: 0o600 });
  writeFileSync(pair.cert, leaf.cert);
  writeFileSync(pair.ca, authority.cert);
  return pair;
}
