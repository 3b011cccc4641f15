// Package cloud says that this build of the Pulumi command has no secrets provider of a cloud: the embedded
// datacenter uses a passphrase, and the clients of four clouds are a fifth of the command's build.
package cloud

import (
	"encoding/json"
	"errors"

	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// Type is the name under which states keep such a provider.
const Type = "cloud"

var errCut = errors.New("this pulumi was built by vcf-ai without the secrets providers of clouds: " +
	"use a passphrase, or put an official pulumi on PATH")

func EditProjectStack(*workspace.ProjectStack, json.RawMessage) error { return errCut }

func NewCloudSecretsManagerFromState(json.RawMessage) (secrets.Manager, error) { return nil, errCut }

func NewCloudSecretsManager(*workspace.ProjectStack, string, bool) (secrets.Manager, error) {
	return nil, errCut
}
