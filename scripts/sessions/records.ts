import { Random } from './random';

/** How large a generated session is. */
export interface Size {
  /** Answers of the assistant. */
  readonly turns: number;
  /** Of an answer, and of what a tool returned, in characters. */
  readonly characters: number;
}

/** As long as the shortest system prompt of OpenHands, and the same in every session, as there. */
const SYSTEM = `You are an agent. Use the tools that you are given. ${new Random(1).text(5_700)}`;

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** The same in every row of a data set. */
function functions() {
  const random = new Random(2);
  return range(2).map((index) => ({
    name: `tool_${index}`,
    description: random.text(60),
    parameters: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
  }));
}

/** A row of SWE-rebench by OpenHands: all keys in all messages, arguments as text. */
export function sweRebenchRow(random: Random, task: string, run: number, { turns, characters }: Size) {
  const keys = { name: null, tool_call_id: null, tool_calls: null };
  const steps = range(turns).flatMap((index) => {
    const id = `chatcmpl-tool-${run}-${index}`;
    const call = { name: 'tool_0', arguments: JSON.stringify({ text: random.text(characters) }) };
    return [
      {
        ...keys,
        role: 'assistant',
        content: random.text(40),
        tool_calls: [{ function: call, id, type: 'function' }],
      },
      { ...keys, role: 'tool', content: random.text(characters), name: 'tool_0', tool_call_id: id },
    ];
  });
  return {
    trajectory_id: `chatcmpl-${task}-${run}`,
    instance_id: task,
    repo: task.split('-')[0],
    trajectory: [
      { ...keys, role: 'system', content: SYSTEM },
      { ...keys, role: 'user', content: `Fix ${task}` },
      ...steps,
    ],
    tools: functions().map((each) => ({ type: 'function', function: each })),
    model_patch: random.text(80),
    exit_status: 'submit',
    resolved: run % 2,
  };
}

/** A row of CoderForge: messages and tools as JSON text, arguments as objects. */
export function coderForgeRow(random: Random, task: string, run: number, size: Size) {
  const { trajectory, tools } = sweRebenchRow(random, task, run, size);
  const messages = trajectory.map((message) => ({
    ...message,
    function_call: null,
    tool_calls:
      message.tool_calls?.map(({ function: { name, arguments: text }, ...call }) => ({
        ...call,
        index: null,
        function: { name, arguments: JSON.parse(text) as unknown },
      })) ?? null,
  }));
  return {
    trajectory_id: `${task}_run${run}`,
    finish_reason: 'tool_calls',
    image: `example/${task}`,
    messages: JSON.stringify(messages),
    reward: run % 3 === 0 ? 1 : 0,
    tools: JSON.stringify(tools),
    license: random.pick(['MIT', 'Apache-2.0', 'apache-2.0']),
  };
}

/** A row of SWE-agent: roles system, user and ai. */
export function sweAgentRow(random: Random, task: string, run: number, { turns, characters }: Size) {
  const keys = { cutoff_date: null, mask: false, system_prompt: null };
  return {
    instance_id: task,
    model_name: 'generated',
    target: run % 2 === 0,
    trajectory: [
      { ...keys, role: 'system', text: null, system_prompt: SYSTEM },
      { ...keys, role: 'user', text: `Fix ${task}` },
      ...range(turns).flatMap(() => [
        { ...keys, role: 'ai', text: `${random.text(40)}\n\`\`\`\n${random.text(characters)}\n\`\`\`` },
        { ...keys, role: 'user', text: random.text(characters) },
      ]),
    ],
    exit_status: 'submitted',
    generated_patch: '',
    eval_logs: '',
  };
}

/** An answer tree of ToolBench: every branch is the beginning of the next one, but for a sibling at the end. */
export function toolbenchAnswer(random: Random, query: string, { turns, characters }: Size) {
  const messages: object[] = [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: `\n${query}\nBegin!\n` },
  ];
  const branches: object[][] = [];
  for (const index of range(turns)) {
    const call = { name: `tool_${index % 2}`, arguments: JSON.stringify({ text: random.text(characters) }) };
    messages.push({ role: 'assistant', content: index % 2 ? random.text(30) : null, function_call: call });
    branches.push([...messages]);
    messages.push({
      role: 'function',
      name: call.name,
      content: JSON.stringify({ error: '', response: random.text(characters) }),
    });
  }
  const sibling = { role: 'user', content: 'This is not the first time.' };
  const finish = { role: 'assistant', content: null, function_call: { name: 'Finish', arguments: '{}' } };
  branches.push([...messages.slice(0, 4), sibling, finish]);
  return {
    win: true,
    tree: {},
    answer_generation: {
      valid_data: true,
      query,
      function: functions(),
      chain: [],
      final_answer: '{}',
      finish_type: 'give_answer',
      train_messages: branches,
    },
  };
}

/** The rows of one query: `Step 2`, `Step 4`, ..., each the beginning of the next one. */
export function toolbenchRows(random: Random, query: string, { turns, characters }: Size) {
  const conversation = [
    { from: 'system', value: SYSTEM },
    { from: 'user', value: `\n${query}\nBegin!\n` },
  ];
  return range(turns).map((index) => {
    if (index > 0) conversation.push({ from: 'function', value: random.text(characters) });
    const input = JSON.stringify({ text: random.text(characters) });
    conversation.push({
      from: 'assistant',
      value: `\nThought: ${random.text(30)}\nAction: tool_0\nAction Input: ${input}`,
    });
    return { id: `Step ${conversation.length - 1}: ${query}`, conversations: [...conversation] };
  });
}

/** A trajectory in ATIF-v1.6; the results stand in the step of their calls, which has the only time. */
export function atifTrajectory(random: Random, session: string, { turns, characters }: Size) {
  const began = Date.UTC(2026, 0, 1);
  const time = (step: number) => new Date(began + step * 7_000).toISOString();
  return {
    schema_version: 'ATIF-v1.6',
    session_id: session,
    agent: { name: 'generated', version: '1', tool_definitions: functions() },
    steps: [
      { step_id: 1, timestamp: time(0), source: 'user', message: `Do ${session}` },
      ...range(turns).map((index) => ({
        step_id: index + 2,
        timestamp: time(index + 1),
        source: 'agent',
        message: [{ type: 'text', text: random.text(40) }],
        tool_calls: [
          {
            tool_call_id: `c${index}`,
            function_name: 'tool_0',
            arguments: { text: random.text(characters) },
          },
        ],
        observation: { results: [{ source_call_id: `c${index}`, content: random.text(characters) }] },
      })),
    ],
  };
}

/** A row of the table of Terminal-Bench trajectories: `steps` as JSON text. */
export function terminalRow(random: Random, task: string, run: number, { turns, characters }: Size) {
  const steps = [
    { src: 'user', msg: `Do ${task}`, tools: null, obs: null },
    ...range(turns).map(() => ({
      src: 'agent',
      msg: random.text(40),
      tools: [{ fn: 'bash', cmd: random.text(characters) }],
      obs: random.text(characters),
    })),
  ];
  return {
    task_name: task,
    agent: 'generated',
    model: 'generated',
    reward: run % 2,
    duration_seconds: 10.5,
    trial_name: `${task}__${run}`,
    trial_id: `trial-${task}-${run}`,
    steps: JSON.stringify(steps),
  };
}
