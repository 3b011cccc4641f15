package provider

import "github.com/pulumi/pulumi/pkg/v3/codegen/schema"

// parameterizedPackageMap is empty: this build makes no SDKs from CRDs (`pulumi package add kubernetes`).
type parameterizedPackageMap struct{}

func (*parameterizedPackageMap) get(string, string) *schema.PackageSpec { return nil }
