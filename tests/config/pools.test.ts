import { test } from 'node:test';
import { parsePlatform } from '../../config';
import { type Draft, papersDocument } from './papers-document';
import { refuses } from './refused';

const calling = (models: readonly string[]) => (document: Draft) => {
  document.models['gpt-oss-120b'].vllm.endpointPicker = true;
  document.workloads.ide = { models };
};

test('refuses a workload that calls a model with an endpoint picker and one without', () => {
  refuses(
    calling(['gpt-oss-120b', 'gemini-flash']),
    'workloads.ide.models',
    /gpt-oss-120b with an endpoint picker and gemini-flash without one/,
    /split them into two workloads/,
  );
});

test('takes a workload that calls models of one kind', () => {
  parsePlatform(papersDocument(calling(['gpt-oss-120b'])));
  parsePlatform(papersDocument(calling(['gemini-flash'])));
});
