import { taskOfText } from '../naming';
import { type Format, nothingBut, type Reading, untimed } from '../session';
import { type Fields, isFields, listOf, rowsOf, stringOf } from '../values';

/**
 * An answer of ToolBench to one query: a search tree, of whose branches `train_messages` has those that a model was
 * trained on. A branch is a list of messages with the legacy role `function`; a shorter branch is mostly the
 * beginning of a longer one.
 */
export const toolbenchAnswer: Format = {
  name: 'toolbench',
  title: 'ToolBench answer tree',
  profile: 'A',
  attribution: 'ToolBench, OpenBMB, Apache-2.0 (its README restricts the data to research and education)',
  columns: ['answer_generation'],
  hasPrefixes: true,
  recognises: (record) => isFields(record.answer_generation),
  read: ({ answer_generation: answer }, { name, key }) =>
    isFields(answer) ? readAnswer(answer, key ?? name) : nothingBut('answer_generation is no object'),
};

function readAnswer(answer: Fields, id: string): Reading {
  const branches = listOf(answer.train_messages);
  if (branches === undefined) {
    return nothingBut(
      answer.valid_data === false ? 'valid_data is false: there are no train_messages' : 'no train_messages',
    );
  }
  const query = stringOf(answer.query);
  const tools = listOf(answer.function);
  const sessions = branches.flatMap((branch, index) => {
    const messages = rowsOf(branch);
    if (messages === undefined || messages.length === 0) return [];
    const task = taskOfText(query ?? firstOfUser(messages) ?? id);
    return [{ id: `${id}/${index}`, task, messages: untimed(messages), ...(tools && { tools }) }];
  });
  const empty = branches.length - sessions.length;
  return { sessions, dropped: Array.from({ length: empty }, () => 'a branch without messages') };
}

const firstOfUser = (messages: readonly Fields[]): string | undefined =>
  stringOf(messages.find(({ role }) => role === 'user')?.content);
