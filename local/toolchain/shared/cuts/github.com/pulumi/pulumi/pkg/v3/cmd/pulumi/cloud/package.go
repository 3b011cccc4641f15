// Package cloud has no `pulumi api` and no account of Pulumi Cloud: its reader of OpenAPI documents is the largest part
// of the command's build, and the embedded datacenter logs in nowhere.
package cloud

import (
	"context"
	"errors"

	"github.com/pulumi/pulumi/pkg/v3/backend/httpstate/client"
	"github.com/spf13/cobra"
)

var errCut = errors.New("this pulumi was built by vcf-ai without the commands about Pulumi Cloud: " +
	"put an official pulumi on PATH")

// APIError is what nobody returns here, and what the command looks for in errors.
type APIError struct {
	ExitCode int
	Silent   bool
}

func (e *APIError) Error() string { return errCut.Error() }

// ResolvedContext is an account that nobody resolves here.
type ResolvedContext struct {
	Client   *client.Client
	OrgName  string
	LoggedIn bool
}

func ResolveContext(context.Context) (*ResolvedContext, error) { return nil, errCut }

func NewAPICmd() *cobra.Command {
	return &cobra.Command{
		Use:   "api",
		Short: "Not in this build",
		RunE:  func(*cobra.Command, []string) error { return errCut },
	}
}
