"""Prices the usages on standard input with LiteLLM's own functions, and prints what they cost as JSON."""

import json
import os
import sys

# The price map of the package instead of today's.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm  # noqa: E402
from litellm.types.utils import (  # noqa: E402
    CompletionTokensDetailsWrapper,
    PromptTokensDetailsWrapper,
    Usage,
)


def cost(model, provider, tokens):
    text_in = tokens["input"] - tokens["cachedInput"] - tokens["cacheWriteInput"]
    usage = Usage(
        prompt_tokens=tokens["input"],
        completion_tokens=tokens["output"],
        total_tokens=tokens["input"] + tokens["output"],
        prompt_tokens_details=PromptTokensDetailsWrapper(
            cached_tokens=tokens["cachedInput"], text_tokens=text_in
        ),
        completion_tokens_details=CompletionTokensDetailsWrapper(
            reasoning_tokens=tokens["reasoning"],
            text_tokens=tokens["output"] - tokens["reasoning"],
        ),
        cache_creation_input_tokens=tokens["cacheWriteInput"],
        cache_read_input_tokens=tokens["cachedInput"],
    )
    # A second call must not see what the constructor derived from the first one's details.
    usage.prompt_tokens_details.text_tokens = text_in
    parts = litellm.cost_per_token(
        model=model,
        custom_llm_provider=provider,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        usage_object=usage,
    )
    return sum(parts)


usages = json.load(sys.stdin)
models = sorted({usage["model"] for usage in usages})
fields = [
    "mode",
    "input_cost_per_token",
    "cache_read_input_token_cost",
    "cache_creation_input_token_cost",
    "output_cost_per_token",
    "output_cost_per_reasoning_token",
]
prices = {
    model: {field: litellm.model_cost[model][field] for field in fields if field in litellm.model_cost[model]}
    for model in models
}
print(json.dumps({"prices": prices, "costs": [cost(**usage) for usage in usages]}))
