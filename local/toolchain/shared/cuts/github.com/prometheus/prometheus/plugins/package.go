// Package plugins registers the service discoveries that the embedded datacenter can use. Those of clouds and
// clusters, which upstream registers too, are three quarters of the build.
package plugins

import (
	_ "github.com/prometheus/prometheus/discovery/file"
	_ "github.com/prometheus/prometheus/discovery/http"
)
