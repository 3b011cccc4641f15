# The five rules that `bench/check/index.ts` compares, as conftest runs them: R06, R15, R17, R19 and R45.
package main

import rego.v1

deny contains "R06 answers are cut after 60s" if {
	input.kind == "AIGatewayRoute"
	some rule in input.spec.rules
	not rule.timeouts.request
}

deny contains "R06 the whole request ends with its first attempt" if {
	input.kind == "AIGatewayRoute"
	some rule in input.spec.rules
	request := time.parse_duration_ns(rule.timeouts.request)
	request != time.parse_duration_ns(rule.timeouts.backendRequest)
}

deny contains sprintf("R15 Envoy Gateway takes no Backend of the name %s", [hostname]) if {
	input.kind == "Backend"
	some endpoint in input.spec.endpoints
	hostname := endpoint.fqdn.hostname
	not is_name(hostname)
}

deny contains sprintf("R15 %s is the host itself", [endpoint.ip.address]) if {
	input.kind == "Backend"
	some endpoint in input.spec.endpoints
	regex.match(`^(127[.]|::1$)`, endpoint.ip.address)
}

deny contains "R15 clients choose where requests go" if {
	input.kind == "Backend"
	input.spec.type == "DynamicResolver"
}

is_name(hostname) if {
	contains(hostname, ".")
	not regex.match(`^[0-9.]+$`, hostname)
}

secret_refs := [
	["apiKey", "secretRef"],
	["anthropicAPIKey", "secretRef"],
	["azureAPIKey", "secretRef"],
	["azureCredentials", "clientSecretRef"],
	["awsCredentials", "credentialsFile", "secretRef"],
	["gcpCredentials", "credentialsFile", "secretRef"],
]

deny contains sprintf("R17 the Secret is one of namespace %s", [namespace]) if {
	input.kind == "BackendSecurityPolicy"
	some path in secret_refs
	namespace := object.get(input.spec, array.concat(path, ["namespace"]), input.metadata.namespace)
	namespace != input.metadata.namespace
}

credential_headers := ["authorization", "x-api-key", "api-key", "cookie"]

deny contains sprintf("R19 the backend gets what clients send as %s", [concat(", ", kept)]) if {
	input.kind == "AIServiceBackend"
	removed := {lower(name) | some name in object.get(input.spec, ["headerMutation", "remove"], [])}
	kept := [name | some name in credential_headers; not name in removed]
	count(kept) > 0
}

deny contains "R45 pages of every origin may use the credentials of whoever looks at them" if {
	input.kind == "SecurityPolicy"
	input.spec.cors.allowCredentials == true
	some origin in input.spec.cors.allowOrigins
	origin in {"*", "http://*", "https://*"}
}
