import { CREDENTIAL_HEADERS, TENANT_HEADER, WORKLOAD_HEADER } from '../config';
import { IDENTITY_METADATA_NAMESPACE } from './envoy-proxy';

/**
 * Notes who calls, for the access log: at its time the header is gone, because no backend may see it.
 *
 * And the AI gateway tells every backend the path that the client asked for, with its query, in a header that no
 * header mutation may touch; and a query is where Gemini's clients put their key. Envoy tells them the client's
 * address, in a header that an external processor may not touch either: `x-envoy-` is closed to its mutations.
 *
 * Credentials of the client end here, and not only at each backend: on the way to an InferencePool the AI gateway
 * 1.0 makes none of a backend's header mutations. The provider's key is set later, on the way to the upstream.
 * Runs after the AI gateway's own filter, which has set the header by then.
 */
export const AFTER_AI_GATEWAY = `function envoy_on_request(request)
  local headers = request:headers()
  for field, header in pairs({workload = "${WORKLOAD_HEADER}", tenant = "${TENANT_HEADER}"}) do
    local value = headers:get(header)
    if value then
      request:streamInfo():dynamicMetadata():set("${IDENTITY_METADATA_NAMESPACE}", field, value)
    end
  end
  local path = headers:get("x-ai-eg-original-path")
  if path then
    headers:replace("x-ai-eg-original-path", (string.gsub(path, "[?#].*$", "")))
  end
  headers:remove("x-envoy-external-address")
  for _, header in ipairs({${CREDENTIAL_HEADERS.map((name) => `"${name}"`).join(', ')}}) do
    headers:remove(header)
  end
end
`;
