import { luaPrices, type MeteredRule } from './cost-expression';
import { COST_METADATA, RESPONSE_MODEL, TOKEN_METADATA, TOKEN_METADATA_NAMESPACE } from './token-metadata';

/** Envoy dynamic metadata in which the meter notes what it has to remember of a request. */
const NAMESPACE = 'vcf-ai-platform.meter';

const WRITE_COST = `
      local cost = dearest(response:streamInfo():routeName(), now)
      if cost and cost ~= told.cost then
        response:streamInfo():dynamicMetadata():set("${TOKEN_METADATA_NAMESPACE}", "${COST_METADATA}", cost)
        told.cost = cost
      end`;

/**
 * What calls cost, for the meter. Which of the models of a rule answered is not known while an answer passes (Envoy 1.38
 * tells Lua nothing of the host), so a call costs what it would cost at the dearest of them, until the AI gateway writes
 * the real cost at its end: a stream that was left may be charged too much, and never too little.
 */
const costs = (rules: readonly MeteredRule[]) => `local rules = ${luaPrices(rules)}

local function cost_of(price, now)
  local input, output = now.input or 0, now.output or 0
  local cached, written, reasoning = now.cachedInput or 0, now.cacheWriteInput or 0, now.reasoning or 0
  local sum = math.max(input - cached - written, 0) * price.input + cached * price.cachedInput
    + written * price.cacheWriteInput + math.max(output - reasoning, 0) * price.output + reasoning * price.reasoning
  return math.ceil(sum / price.divisor)
end

local function dearest(route, now)
  local cost
  for _, price in ipairs(rules[match(route or "", "^httproute/[^/]+/([^/]+/rule/%d+)/") or ""] or {}) do
    cost = math.max(cost or 0, cost_of(price, now))
  end
  return cost
end

`;

const NAMES = `local kinds = {
  prompt_tokens = "input", input_tokens = "input", promptTokenCount = "input", inputTokens = "input",
  completion_tokens = "output", output_tokens = "output", candidatesTokenCount = "output", outputTokens = "output",
  cached_tokens = "cached", cachedContentTokenCount = "cached",
  cache_read_input_tokens = "read", cacheReadInputTokens = "read",
  cache_creation_input_tokens = "written", cacheWriteInputTokens = "written",
  reasoning_tokens = "reasoning", thoughtsTokenCount = "thoughts",
}
local names = {${Object.entries(TOKEN_METADATA)
  .map(([kind, key]) => `${kind} = "${key}"`)
  .join(', ')}}
local find, sub, gmatch, gsub, match = string.find, string.sub, string.gmatch, string.gsub, string.match
local window = 65536

`;

const HANDLERS = `function envoy_on_request(request)
  request:headers():remove("accept-encoding")
  for chunk in request:bodyChunks() do
    local length = chunk:length()
    local asked = find(chunk:getBytes(0, math.min(length, window)), '"continuous_usage_stats"', 1, true)
    if not asked and length > window then
      local from = math.max(window, length - window)
      asked = find(chunk:getBytes(from, length - from), '"continuous_usage_stats"', 1, true)
    end
    if asked then
      request:streamInfo():dynamicMetadata():set("${NAMESPACE}", "continuous_usage", true)
    end
  end
end

local function hidden(frame)
  if not find(frame, '"choices":%s*%[%s*{') then return nil end
  return (gsub(frame, '("usage":%s*)%b{}', "%1null"))
end

function envoy_on_response(response)
  local content = response:headers():get("content-type") or ""
  if not find(content, "event-stream", 1, true) and not find(content, "eventstream", 1, true) then
    return
  end
  local ours = response:streamInfo():dynamicMetadata():get("${NAMESPACE}") or {}
  local rest, seen, told, model = "", {}, {}, nil
  for chunk in response:bodyChunks() do
    local bytes = chunk:getBytes(0, chunk:length())
    local text = rest .. bytes
    if not model then
      model = match(text, '"model":%s*"([^"\\\\]+)"') or match(text, '"modelVersion":%s*"([^"\\\\]+)"')
      if model then
        response:streamInfo():dynamicMetadata():set("${TOKEN_METADATA_NAMESPACE}", "${RESPONSE_MODEL}", model)
      end
    end
    local from, found = 1, false
    while true do
      local at = find(text, '"usage', from, true)
      if not at then break end
      local object = match(text, '^"usage%w*":%s*(%b{})', at)
      if object then
        for key, count in gmatch(object, '"([%w_]+)":%s*(%d+)') do
          local kind = kinds[key]
          if kind then seen[kind] = tonumber(count) end
        end
        found = true
      end
      from = at + 6
    end
    if found then
      local read, written, thoughts = seen.read or 0, seen.written or 0, seen.thoughts or 0
      local now = {
        input = seen.input and seen.input + read + written,
        output = seen.output and seen.output + thoughts or seen.thoughts,
        cachedInput = seen.cached or seen.read,
        cacheWriteInput = seen.written,
        reasoning = seen.reasoning or seen.thoughts,
      }
      now.total = now.input and now.output and now.input + now.output`;

const COUNTED = `
      local metadata = response:streamInfo():dynamicMetadata()
      for kind, key in pairs(names) do
        if now[kind] and now[kind] ~= told[kind] then
          metadata:set("${TOKEN_METADATA_NAMESPACE}", key, now[kind])
          told[kind] = now[kind]
        end
      end
      if not ours.continuous_usage then
        local plain = gsub(bytes, "data:[^\\n]*", hidden)
        if plain ~= bytes then chunk:setBytes(plain) end
      end
    end
    rest = sub(text, -2) == "\\n\\n" and "" or sub(text, -512)
  end
end
`;

/**
 * Counts the tokens of streams while they pass. The AI gateway does so once, at the end of an answer, and knows nothing of
 * a stream that its client leaves (envoyproxy/ai-gateway#2115); the model has made and charged its tokens by then. The
 * count is written where the AI gateway writes its own, which takes its place at the end: the access log and token budgets
 * have the tokens of a stream that was left, too.
 *
 * Providers whose chunks carry the usage so far are counted to the last chunk: vLLM with `--enable-force-include-usage`,
 * Gemini, and of Anthropic the prompt. Where the usage comes with the last chunk alone, a stream that is left has none.
 * The model that answers is written with them, for the same reason: what a client calls it is no name of a price.
 * Metadata is fetched anew for each chunk: a reference does not outlive one.
 *
 * It runs between the AI gateway and the model, so it sees the answer as the provider wrote it, in every dialect:
 * - Anthropic and Bedrock count prompt tokens that a cache gave or took beside the others; everybody else within them.
 * - Gemini counts thoughts beside the visible answer; everybody else within it.
 * Text of a model that looks like a usage has its quotes escaped and is not taken for one.
 *
 * A usage in a chunk that has choices is what only our flag of vLLM asks for: it becomes `null`, as OpenAI has it, unless
 * the client asked for `continuous_usage_stats`, which is looked for in the first and last 64 KiB of the request. The
 * usage in a chunk of its own stays, because the AI gateway counts by it.
 *
 * Compressed answers cannot be read on the way: the models are asked for plain ones.
 *
 * @param rules Those whose workloads have a hard budget, and the prices of their models: what a stream that is left costs is
 *   written, too.
 */
export const meterOf = (rules: readonly MeteredRule[]): string =>
  rules.length === 0
    ? `${NAMES}${HANDLERS}${COUNTED}`
    : `${NAMES}${costs(rules)}${HANDLERS}${WRITE_COST}${COUNTED}`;

/** The meter of a gateway without hard budgets. */
export const METER = meterOf([]);
