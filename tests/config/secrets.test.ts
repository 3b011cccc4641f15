import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingSecret, parsePlatform, requiredSecrets } from '../../config';
import { papersDocument } from './papers-document';

test('models share a secret, and only provider models need one', () => {
  const platform = parsePlatform(
    papersDocument((document) => {
      const { baseUrl: _, ...gemini } = document.models['gemini-flash'];
      document.models['gemini-pro'] = { ...gemini, model: 'gemini-2.5-pro' };
      document.models.claude = { ...gemini, apiKeySecret: 'anthropic-api-key' };
      document.workloads.pro = { model: 'gemini-pro' };
      document.workloads.claude = { model: 'claude' };
    }),
  );
  assert.deepEqual(
    requiredSecrets(platform).map(({ name, at }) => [name, at.join('.')]),
    [
      ['anthropic-api-key', 'models.claude.apiKeySecret'],
      ['gemini-api-key', 'models.gemini-flash.apiKeySecret'],
      ['gemini-api-key', 'models.gemini-pro.apiKeySecret'],
    ],
  );
});

const NEEDED = {
  name: 'gemini-api-key',
  at: ['models', 'gemini-flash', 'apiKeySecret'],
  otherwise: 'the provider of gemini-flash would reject every request',
};

test('a missing secret is a mistake of the model that needs it, with the command that sets it', () => {
  const at = (path: readonly string[]) => ({ path: path.join('/'), file: 'Pulumi.prod.yaml', line: 7 });
  const { path, value, problem, fix } = missingSecret(NEEDED, 'prod');
  assert.equal(path, 'models.gemini-flash.apiKeySecret');
  assert.equal(value, 'gemini-api-key');
  assert.match(problem, /stack prod has no secret gemini-api-key/);
  assert.match(fix ?? '', /pulumi config set --secret vcf-ai-platform:gemini-api-key --stack prod/);
  assert.equal(missingSecret(NEEDED, 'prod', at).line, 7);
});
