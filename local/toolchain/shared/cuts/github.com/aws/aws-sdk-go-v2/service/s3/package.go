// Package s3 has the one name that the Pulumi command's backends mention; no client is built.
package s3

// CopyObjectInput is what a backend that is left out would be asked for.
type CopyObjectInput struct {
	CopySource *string
}
