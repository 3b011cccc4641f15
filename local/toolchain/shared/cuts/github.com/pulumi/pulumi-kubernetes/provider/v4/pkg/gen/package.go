// Package gen has the one text that the provider says at run time. Upstream's also generates SDKs, against another
// version of the Pulumi command's packages than the one that is built here.
package gen

import (
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/kinds"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// APIVersionComment says which version takes the place of a deprecated one, and when that one ends.
func APIVersionComment(gvk schema.GroupVersionKind) string {
	text := fmt.Sprintf("%s/%s is deprecated by %s", gvk.GroupVersion(), gvk.Kind, kinds.SuggestedAPIVersion(gvk))
	if removed := kinds.RemovedInVersion(gvk); removed != nil {
		text += fmt.Sprintf(" and not served from Kubernetes v%v on", removed)
	}
	return text
}
