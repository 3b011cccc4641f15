// Package prometheusremotewrite translates nothing: the embedded Prometheus scrapes, and takes no metrics over OTLP. The
// translation that Prometheus 3.5 has needs an older github.com/prometheus/otlptranslator than the other programs.
package prometheusremotewrite

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/prompb"
	"github.com/prometheus/prometheus/util/annotations"
)

type PromoteResourceAttributes struct{}

func NewPromoteResourceAttributes(config.OTLPConfig) *PromoteResourceAttributes { return nil }

type Settings struct {
	AddMetricSuffixes                 bool
	AllowUTF8                         bool
	PromoteResourceAttributes         *PromoteResourceAttributes
	KeepIdentifyingResourceAttributes bool
	ConvertHistogramsToNHCB           bool
	AllowDeltaTemporality             bool
}

type PrometheusConverter struct{}

func NewPrometheusConverter() *PrometheusConverter { return nil }

func (*PrometheusConverter) FromMetrics(context.Context, pmetric.Metrics, Settings) (annotations.Annotations, error) {
	return nil, errors.New("this build of Prometheus takes no metrics over OTLP")
}

func (*PrometheusConverter) TimeSeries() []prompb.TimeSeries { return nil }

func (*PrometheusConverter) Metadata() []prompb.MetricMetadata { return nil }
