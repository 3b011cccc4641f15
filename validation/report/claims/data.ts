import { grouped } from '../../../base/text';
import { percent } from '../format';
import type { Measured } from '../measured';
import { type Claim, differs, type Judged, notTestable, reproduced } from './claim';

const BUILD = 'vcf-ai dataset build';

/** Sessions of the paper, all profiles together: 5,000 + 865 + 5,000 + 10,000. */
const SESSIONS = 20_865;

/** Whether the run had the sessions of a profile that the paper names. */
function sessionsOf(profiles: readonly string[], wanted: number, of: string) {
  return ({ run }: Measured): Judged => {
    const found = run.plan.profiles.filter(({ profile }) => profiles.includes(profile));
    const sessions = found.reduce((sum, one) => sum + one.sessions, 0);
    const all = profiles.map((profile) => `${profile}=${wanted / profiles.length}`).join(',');
    const needed = `needed: the whole of ${of}, and ${BUILD} --sessions ${all}`;
    if (run.synthetic) return notTestable(`made-up conversations stand for ${of} in this run; ${needed}`);
    if (sessions === 0) return notTestable(`this run had none of it; ${needed}`);
    return sessions === wanted
      ? reproduced(`${grouped(sessions)} sessions of ${of}`)
      : notTestable(`${grouped(sessions)} sessions in this run; ${needed}`);
  };
}

/** Claims about the data and how it becomes requests. */
export const DATA_CLAIMS: readonly Claim[] = [
  {
    number: 123,
    claim: 'The corpus of requests has 124 GB, which is 5.9 MB for each session on average.',
    where: [BUILD, 'validation/dataset/build.ts'],
    judged: notTestable(
      'the corpus of the paper was not published; needed: the five public data sets as a whole, which this project does not distribute. Unrolled sessions of SWE-rebench do have megabytes, those of the other sets far less',
    ),
  },
  {
    number: 124,
    claim: `More than 20,000 different sessions were replayed (${grouped(SESSIONS)} by the sum of its profiles).`,
    where: [BUILD, 'vcf-ai load plan'],
    judged: ({ run }) => {
      const sessions = run.plan.profiles.reduce((sum, one) => sum + one.sessions, 0);
      const made = run.synthetic ? 'made-up sessions' : 'sessions';
      return !run.synthetic && sessions > 20_000
        ? reproduced(`${grouped(sessions)} sessions in the plan`)
        : notTestable(
            `${grouped(sessions)} ${made} in this run; needed: a corpus of ${grouped(SESSIONS)} of the public data sets`,
          );
    },
  },
  {
    number: 125,
    claim: 'Profile A, agents that call APIs, is 5,000 sessions of ToolBench.',
    where: [BUILD, 'validation/dataset/formats/toolbench-rows.ts'],
    judged: sessionsOf(['A'], 5000, 'ToolBench'),
  },
  {
    number: 126,
    claim:
      'Profile B, terminals and CI, is 865 sessions of Terminal-Bench 2.0 that ask as terminal-bench-ci.',
    where: [BUILD, 'validation/dataset/formats/atif.ts'],
    judged: sessionsOf(['B'], 865, 'Terminal-Bench 2.0'),
  },
  {
    number: 127,
    claim: 'Profile C, users of screens, is 5,000 sessions of OmniACT.',
    where: [BUILD, 'validation/dataset/formats/omniact.ts'],
    judged: sessionsOf(['C'], 5000, 'OmniACT'),
  },
  {
    number: 128,
    claim: 'Help with code is 5,000 sessions each of SWE-rebench and CoderForge.',
    where: [BUILD, 'validation/dataset/formats/openhands.ts', 'validation/dataset/formats/swe-agent.ts'],
    judged: sessionsOf(['D', 'E'], 10_000, 'SWE-rebench and CoderForge'),
  },
  {
    number: 129,
    claim: 'The load has five profiles.',
    where: [BUILD, 'docs/arrivals.md'],
    judged: differs(
      'the paper says five and lists four, with both coding sets in D; the announcement has D and E. Here there are five, and CoderForge is E',
    ),
  },
  {
    number: 130,
    claim: 'A few conversations in a loop bring prefix hits near 99.9 % and hide what prefill costs.',
    where: ['npm run verify:load -- --part trap', 'scripts/verify-load/index.ts'],
    judged: reproduced(
      'on the simulated engine ten conversations in a loop must have over 97 % prefix hits and a first token below 0.8 times that of different ones, which have under 5 %: the check fails otherwise',
    ),
  },
  {
    number: 131,
    claim: 'Only many different conversations show prefill, fragmentation and eviction in the KV cache.',
    where: ['npm run verify:load -- --part trap', 'tests/local/engine-trouble.test.ts'],
    judged: ({ latency, traffic }) =>
      reproduced(
        `for prefill and eviction, on the simulated engine; blocks of a paged cache do not fragment. A session sends its own beginning again by design, so hits are to be compared with the plan and not with zero: in this run ${percent(latency?.prefixHits)} of the prompts’ tokens were hits, and ${grouped(traffic.repeated)} of ${grouped(traffic.requests)} requests were repeated`,
      ),
  },
  {
    number: 132,
    claim: 'Conversations are unrolled beforehand into requests that stand alone, one line for each turn.',
    where: [BUILD, 'validation/dataset/unroll.ts', 'validation/corpus/writer.ts'],
    judged: reproduced('one line of bodies.jsonl and one of turns.jsonl for each turn'),
  },
  {
    number: 133,
    claim: 'Each line wraps a finished payload in a thin envelope.',
    where: ['validation/corpus/turn.ts'],
    judged: differs(
      'the envelope is beside the payload: session, turn, workload, pause and its source, place and length in one file, bare bodies in another, so that bodies are read by offset and no line has to be taken apart',
    ),
  },
  {
    number: 134,
    claim: 'Workers of the load generator read bytes and send them, without CPU for parsing.',
    where: ['tests/validation/replay/replayer.test.ts [replay-without-json]'],
    judged: reproduced(
      'no worker parses or prints JSON while it runs. What takes CPU is the stream of the answer, whose bytes are scanned for tokens',
    ),
  },
  {
    number: 135,
    claim: 'At run time nothing is parsed, cut to a window, counted in tokens or put together.',
    where: ['tests/validation/replay/replayer.test.ts [replay-without-json]', 'validation/replay/actor.ts'],
    judged: reproduced('bodies leave as they were read; tokens come from the usage of answers'),
  },
  {
    number: 136,
    claim:
      'Each payload carries all of the conversation before it, in order, so that context and prefix cache grow as live.',
    where: [
      'validation/dataset/unroll.ts',
      'tests/validation/replay/plan.test.ts',
      'tests/local/engine.test.ts [engine-prefix]',
    ],
    judged: reproduced(
      'a user has whole sessions, turn after turn, and shared beginnings are computed once; see 141 for what is not as live',
    ),
  },
  {
    number: 137,
    claim: 'The volume of a conversation grows with the square of its turns.',
    where: ['validation/dataset/unroll.ts'],
    judged: reproduced(
      'by arithmetic: n turns that add the same each send n (n + 1) / 2 times as much as one',
    ),
  },
  {
    number: 138,
    claim: 'The old role “function” is rewritten to “user”.',
    where: [`${BUILD} --role-function user`, 'validation/dataset/wire.ts'],
    judged: reproduced('the default; “tool” with a made call is a choice, and “keep” shows who refuses'),
  },
  {
    number: 139,
    claim: 'The rewrite leaves number and place of tokens, size and KV pressure as they were.',
    where: ['validation/dataset/wire.ts'],
    judged: differs(
      'the content stays to the byte; the name of the role, the name of the function and the call before it do not, which is some tokens for each message. Nobody can measure the difference on an engine that refuses the original',
    ),
  },
  {
    number: 140,
    claim: 'Without the rewrite vLLM answers 400.',
    where: ['tests/local/chat-messages.test.ts', `${BUILD} --role-function keep`],
    judged: differs(
      'the gateway refuses the role itself with 400, so that no engine sees it; behind it vLLM refuses it for gpt-oss and takes it for Llama',
    ),
  },
  {
    number: 141,
    claim: 'An engine cannot tell the replay from live agents.',
    where: ['validation/dataset/unroll.ts', 'validation/replay/actor.ts'],
    judged: differs(
      'lengths, order and parameters are alike, but the next turn holds the recorded answer and not the one that the engine has just made: its tokens are not in the prefix cache and are computed again, and the answer ends where its record did',
    ),
  },
  {
    number: 142,
    claim: 'A gateway cannot tell the replay from live agents.',
    where: ['tests/validation/replay/replayer.test.ts', 'validation/replay/actor.ts'],
    judged: reproduced(
      'the same headers, bytes and streams; each user has a connection of its own, and waits for the end of an answer before the next turn',
    ),
  },
  {
    number: 143,
    claim: 'The replay equals the five steps of a live agent loop.',
    where: ['validation/replay/actor.ts'],
    judged: notTestable(
      'no live agent is run here; needed: an agent framework on the same engine, and its prompt lengths, prefix hits and gaps beside those of its replay',
    ),
  },
  {
    number: 144,
    claim: 'Live agents would make the clients the bottleneck.',
    where: ['tests/validation/replay/replayer.test.ts'],
    judged: notTestable(
      'no live agent is run here; needed: CPU for each request of an agent framework, beside that of the replay',
    ),
  },
  {
    number: 145,
    claim: 'The parameters of generation are part of each payload.',
    where: ['validation/corpus/session.ts'],
    judged: reproduced(
      'most tokens of the answer, streaming and usage; the public records hold no temperature, and the engine’s default applies',
    ),
  },
];
