import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App } from 'cdk8s';
import { parsePlatform, requiredSecrets } from '../../config';
import { LAYERS, manifestsOf, platformCharts } from '../../constructs';
import { checkManifests, formatFindings } from '../../policies';
import { type Draft, papersDocument } from '../config/papers-document';

const CA = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const TLS = { certificateSecret: 'gateway-certificate', keySecret: 'gateway-key' };
const IDP = 'https://idp.example.com';

/** Edits of the paper's document, by what they show. */
const DOCUMENTS: Readonly<Record<string, (document: Draft) => void>> = {
  'API keys': (document) => {
    document.gateway.identity = { apiKey: {} };
    for (const [name, workload] of Object.entries<Draft>(document.workloads)) {
      workload.apiKeySecret = `${name}-key`;
    }
  },
  tokens: ({ gateway }) => {
    gateway.identity = { jwt: { issuer: IDP, audiences: ['ai-gateway'], jwksUri: `${IDP}/certs` } };
  },
  'client certificates': ({ gateway }) => {
    gateway.identity = { mtls: { caCertificate: CA, name: 'uri' } };
    gateway.listener = { tls: TLS };
  },
  'external authorization': ({ gateway }) => {
    gateway.identity = { extAuth: { url: 'https://auth.example.com/check' } };
  },
  everybody: (document) => {
    document.gateway.identity = 'none';
    document.workloads = { everybody: { model: 'gpt-oss-120b' } };
    delete document.models['gemini-flash'];
  },
  'traces and no log': ({ gateway }) => {
    gateway.tracing = { url: 'http://collector.test:4317', prompts: true };
    gateway.accessLog = false;
  },
};

for (const [what, edit] of Object.entries(DOCUMENTS)) {
  test(`${what}: every object passes its schema and every rule`, () => {
    const platform = parsePlatform(papersDocument(edit));
    const names = requiredSecrets(platform).map(({ name }) => name);
    const secrets = Object.fromEntries(
      names.map((name) => [name, `value of the secret ${name}`.padEnd(32, '.')]),
    );
    const charts = platformCharts(new App(), platform, { secrets });
    const objects = LAYERS.flatMap((layer) => manifestsOf(charts[layer])).map(({ manifest }) => manifest);
    const { parameters } = platform.policies;
    const findings = checkManifests(objects, { parameters });
    assert.equal(findings.length, 0, formatFindings(findings));
  });
}
