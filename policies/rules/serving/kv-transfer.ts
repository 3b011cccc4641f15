import { commandLineOf } from '../../command-line';
import { isHeadless, modelServersIn } from '../../model-servers';
import { SERVERS } from '../../pods';
import { defineRule, type Violation } from '../../rule';
import { ARGS, VLLM } from '../baseline/model-server';
import { CONTAINER, container, SERVER } from './samples';

const NAME = 'VLLM_NIXL_SIDE_CHANNEL_HOST';

const transfer = (connector: string, env: readonly object[] = []) =>
  container({
    args: [...ARGS, '--kv-transfer-config', `{"kv_connector":"${connector}","kv_role":"kv_both"}`],
    env: [...(VLLM.env ?? []), ...(env as NonNullable<typeof VLLM.env>)],
  });

export const sideChannel = defineRule({
  id: 'S46',
  title: 'a server that hands over its cache says where it can be asked',
  effect: 'failing',
  why:
    'With the NIXL connector a decoding server asks the one that has read the prompt, at the host that this one names. ' +
    'That is localhost without a variable: the server of another pod asks itself, and the request fails.',
  source:
    'vLLM 0.33, envs.py (VLLM_NIXL_SIDE_CHANNEL_HOST) and docs/features/nixl_connector_usage.md; llm-d/llm-d, guides',
  fix: `set ${NAME} from status.podIP`,
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    {
      shows: 'the address of the pod',
      change: transfer('NixlConnector', [
        { name: NAME, valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      ]),
    },
    { shows: 'another connector', change: transfer('LMCacheConnectorV1') },
  ],
  bad: [
    { shows: 'no address', change: transfer('NixlConnector'), finds: [`${SERVER} ${CONTAINER}/env`] },
    {
      shows: 'its own host',
      change: transfer('NixlConnector', [{ name: NAME, value: 'localhost' }]),
      finds: [`${SERVER} ${CONTAINER}/env`],
    },
  ],
  check: (_, one) =>
    modelServersIn(one).flatMap((server): Violation[] => {
      const { env = [], envFrom = [] } = server.container;
      const { flags, words } = commandLineOf(server.container);
      const config = flags.get('kv-transfer-config')?.join(' ') ?? '';
      if (!/"kv_connector"\s*:\s*"NixlConnector"/.test(config) || isHeadless(server) || envFrom.length > 0)
        return [];
      const own = env.find(({ name }) => name === NAME);
      const isNamed =
        own !== undefined && !/^(?:localhost|127\.0\.0\.1|)$/.test(own.value ?? 'from elsewhere');
      if (isNamed || words.some((word) => word.includes(NAME))) return [];
      // A shell may export it before the server starts.
      const script = [...(server.container.command ?? []), ...(server.container.args ?? [])].join(' ');
      if (script.includes(NAME)) return [];
      return [
        {
          pointer: `${server.at}/env`,
          problem: 'servers of other pods are told to fetch the cache from localhost',
        },
      ];
    }),
});
