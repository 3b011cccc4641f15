package v2

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// builtIn tells the groups of Kubernetes itself from those of custom kinds: they have no dot, or end in `.k8s.io`
// and are not those of sub-projects, which are custom resources.
func builtIn(group string) bool {
	return !strings.Contains(group, ".") ||
		(strings.HasSuffix(group, ".k8s.io") && !strings.HasSuffix(group, ".x-k8s.io") && strings.Count(group, ".") == 2)
}

// IsListKind says whether an object is a list of objects of a built-in kind.
func IsListKind(apiVersion, kind string) bool {
	group, _, _ := strings.Cut(apiVersion, "/")
	return strings.HasSuffix(kind, "List") && builtIn(group)
}

// object is a resource of any kind: the provider registers it and reads nothing back.
type object struct {
	pulumi.CustomResourceState
}

// RegisterResource registers an object under the type token that the typed SDK gives its kind. The Go type of every
// kind, which upstream makes here, is read by nobody in the provider, and is nearly all of its build.
func RegisterResource(ctx *pulumi.Context, apiVersion, kind, name string, props pulumi.Input,
	opts ...pulumi.ResourceOption,
) (pulumi.CustomResource, error) {
	if apiVersion == "v1" {
		apiVersion = "core/v1"
	}
	var res object
	if err := ctx.RegisterResource(fmt.Sprintf("kubernetes:%s:%s", apiVersion, kind), name, props, &res, opts...); err != nil {
		return nil, err
	}
	return &res, nil
}
