// Command pulumi-resource-kubernetes is the Pulumi Kubernetes provider, built from its Go module.
// schema.json (with the version set) and terraform-mapping.json are the module's own files,
// copied beside this one by the toolchain before the build.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var terraformMapping []byte

func main() {
	provider.Serve("kubernetes", version.Version, schema, terraformMapping)
}
