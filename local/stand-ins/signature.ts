import { createHash, createHmac } from 'node:crypto';
import type { Exchange } from './http';

/** A pair of AWS keys, worth nothing anywhere else. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const FORM =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();

/**
 * Why AWS would refuse a request's signature (Signature Version 4), computed anew from the request as it arrived.
 *
 * @param host The host that must be signed: AWS takes the one that it was asked by.
 */
export function refuseSignature(exchange: Exchange, keys: AwsKeys, host: string): string | undefined {
  const [authorization = '', ...more] = exchange.headers.authorization ?? [];
  const [form, id, day = '', region = '', service = '', names = '', signature] =
    FORM.exec(authorization) ?? [];
  if (form === undefined || more.length > 0)
    return 'the request does not have exactly one AWS4-HMAC-SHA256 signature';
  if (id !== keys.accessKeyId) return 'The security token included in the request is invalid.';
  const header = (name: string) => (name === 'host' ? host : (exchange.headers[name] ?? []).join(','));
  const date = header('x-amz-date');
  const canonical = [
    exchange.method,
    // Every service but S3 escapes the path once more.
    exchange.path.split('/').map(encode).join('/'),
    [...exchange.query]
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join('&'),
    ...names.split(';').map((name) => `${name}:${header(name).trim()}`),
    '',
    names,
    sha256(exchange.body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${keys.secretAccessKey}`,
  );
  return hmac(key, toSign).toString('hex') === signature
    ? undefined
    : 'The request signature we calculated does not match the signature you provided.';
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
