// Command envoy-gateway is Envoy Gateway as released, without controller-runtime's own
// metrics listener. That listener is fixed to :8080 and has no flag; the AI Gateway
// controller, which runs beside it on one host, has the same.
package main

import (
	"fmt"
	"os"

	"github.com/envoyproxy/gateway/cmd/envoy-gateway/root"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

func main() {
	metricsserver.DefaultBindAddress = "0"
	if err := root.GetRootCommand(nil).Execute(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
