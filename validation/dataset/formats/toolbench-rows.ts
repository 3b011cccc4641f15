import { namePart, taskOfText } from '../naming';
import { type Format, nothingBut, only, untimed } from '../session';
import { rowsOf, stringOf } from '../values';

/** Roles of another format with the same keys: ShareGPT's. */
const SHAREGPT = ['human', 'gpt'];

/**
 * ToolBench as it was published for training (`toolllama_G123_dfs_*.json`, the set toolbench-v1): rows `{id,
 * conversations: [{from, value}]}`. A row is one step of a query and no session: `Step 4: <query>` is the beginning of
 * `Step 6: <query>`, and only what is no beginning of another row counts.
 */
export const toolbenchRows: Format = {
  name: 'toolbench',
  title: 'ToolBench rows',
  profile: 'A',
  attribution: 'ToolBench, OpenBMB, Apache-2.0 (its README restricts the data to research and education)',
  columns: ['id', 'conversations'],
  hasPrefixes: true,
  recognises: ({ conversations }) => {
    const rows = rowsOf(conversations);
    return (
      rows?.[0] !== undefined && 'from' in rows[0] && !rows.some(({ from }) => SHAREGPT.includes(`${from}`))
    );
  },
  read: ({ id, conversations }, { ordinal, key }) => {
    const messages = rowsOf(conversations);
    if (messages === undefined || messages.length === 0) return nothingBut('a row without conversations');
    const [, step, query] = /^\s*Step\s+(\d+)\s*:\s*([\s\S]*)$/.exec(`${id ?? ''}`) ?? [];
    const asked = stringOf(messages.find(({ from }) => from === 'user')?.value) ?? '';
    const task = taskOfText(query ?? asked.replace(/\s*Begin!\s*$/, ''));
    const name =
      query === undefined ? namePart(stringOf(id) ?? key ?? `row-${ordinal}`) : `${task}/step-${step}`;
    return only({ id: name, task, messages: untimed(messages) });
  },
};
