import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKeyPair } from '../config/key-pair';

/** Files of one key pair: `tls.crt`, `tls.key`, and the authority that signed it, `ca.crt`. */
export interface KeyPair {
  readonly folder: string;
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** A certificate of its own authority, made once and kept in `folder`. */
export async function keyPair(folder: string, names: readonly string[]): Promise<KeyPair> {
  const pair = {
    folder,
    cert: join(folder, 'tls.crt'),
    key: join(folder, 'tls.key'),
    ca: join(folder, 'ca.crt'),
  };
  if (existsSync(pair.ca)) return pair;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { certificate, key, authority } = await generateKeyPair(names);
  writeFileSync(pair.key, key, { mode: 0o600 });
  writeFileSync(pair.cert, certificate);
  writeFileSync(pair.ca, authority);
  return pair;
}
