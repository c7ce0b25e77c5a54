package main

import (
	"bytes"
	"context"

	prometheusclient "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"google.golang.org/grpc"
	experimental "google.golang.org/grpc/experimental/opentelemetry"
	"google.golang.org/grpc/stats/opentelemetry"
)

// experimentalMetrics are those of gRFC A94, which are off by default.
var experimentalMetrics = []string{
	"grpc.subchannel.disconnections",
	"grpc.subchannel.connection_attempts_succeeded",
	"grpc.subchannel.connection_attempts_failed",
	"grpc.subchannel.open_connections",
}

// telemetry is what measures and traces, and what has come of it.
type telemetry struct {
	instrumentation string
	reader          *sdkmetric.ManualReader
	registry        *prometheusclient.Registry
	meters          *sdkmetric.MeterProvider
	spans           *tracetest.SpanRecorder
	tracers         *sdktrace.TracerProvider
	propagator      propagation.TextMapPropagator
}

func newTelemetry(instrumentation string) *telemetry {
	reader := sdkmetric.NewManualReader()
	registry := prometheusclient.NewRegistry()
	exporter, err := prometheus.New(
		prometheus.WithRegisterer(registry),
		prometheus.WithoutScopeInfo(),
		prometheus.WithoutTargetInfo(),
	)
	if err != nil {
		fail(err.Error())
	}
	spans := tracetest.NewSpanRecorder()
	return &telemetry{
		instrumentation: instrumentation,
		reader:          reader,
		registry:        registry,
		meters:          sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader), sdkmetric.WithReader(exporter)),
		spans:           spans,
		tracers:         sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)),
		propagator:      propagation.TraceContext{},
	}
}

func (t *telemetry) options() opentelemetry.Options {
	return opentelemetry.Options{
		MetricsOptions: opentelemetry.MetricsOptions{
			MeterProvider:  t.meters,
			Metrics:        opentelemetry.DefaultMetrics().Add(experimentalMetrics...),
			OptionalLabels: []string{"grpc.disconnect_error", "grpc.security_level"},
		},
		TraceOptions: experimental.TraceOptions{
			TracerProvider:    t.tracers,
			TextMapPropagator: t.propagator,
		},
	}
}

func (t *telemetry) otelgrpcOptions() []otelgrpc.Option {
	return []otelgrpc.Option{
		otelgrpc.WithTracerProvider(t.tracers),
		otelgrpc.WithMeterProvider(t.meters),
		otelgrpc.WithPropagators(t.propagator),
	}
}

func (t *telemetry) serverOption() grpc.ServerOption {
	if t.instrumentation == "otelgrpc" {
		return grpc.StatsHandler(otelgrpc.NewServerHandler(t.otelgrpcOptions()...))
	}
	return opentelemetry.ServerOption(t.options())
}

func (t *telemetry) dialOption() grpc.DialOption {
	if t.instrumentation == "otelgrpc" {
		return grpc.WithStatsHandler(otelgrpc.NewClientHandler(t.otelgrpcOptions()...))
	}
	return opentelemetry.DialOption(t.options())
}

type point struct {
	Attributes map[string]string `json:"attributes"`
	Value      int64             `json:"value"`
	Count      uint64            `json:"count"`
	Sum        float64           `json:"sum"`
	Bounds     []float64         `json:"bounds,omitempty"`
	Buckets    []uint64          `json:"buckets,omitempty"`
}

type metric struct {
	Name   string  `json:"name"`
	Unit   string  `json:"unit"`
	Kind   string  `json:"kind"`
	Points []point `json:"points"`
}

type span struct {
	Name        string            `json:"name"`
	Kind        string            `json:"kind"`
	Trace       string            `json:"trace"`
	Id          string            `json:"id"`
	Parent      string            `json:"parent,omitempty"`
	Status      string            `json:"status"`
	Description string            `json:"description,omitempty"`
	Attributes  map[string]string `json:"attributes"`
	Events      []event           `json:"events,omitempty"`
}

type event struct {
	Name       string            `json:"name"`
	Attributes map[string]string `json:"attributes"`
}

func (t *telemetry) collected() map[string]any {
	return map[string]any{
		"type":    "telemetry",
		"metrics": t.metrics(),
		"text":    t.text(),
		"spans":   t.ended(),
	}
}

func (t *telemetry) metrics() []metric {
	var collected metricdata.ResourceMetrics
	if err := t.reader.Collect(context.Background(), &collected); err != nil {
		fail(err.Error())
	}
	var all []metric
	for _, scope := range collected.ScopeMetrics {
		for _, each := range scope.Metrics {
			found := metric{Name: each.Name, Unit: each.Unit}
			found.Kind, found.Points = pointsOf(each.Data)
			all = append(all, found)
		}
	}
	return all
}

func pointsOf(data metricdata.Aggregation) (string, []point) {
	switch data := data.(type) {
	case metricdata.Sum[int64]:
		kind := "updown"
		if data.IsMonotonic {
			kind = "counter"
		}
		var points []point
		for _, each := range data.DataPoints {
			points = append(points, point{Attributes: attributesOf(each.Attributes), Value: each.Value})
		}
		return kind, points
	case metricdata.Histogram[int64]:
		return "histogram", histogramPoints(data.DataPoints)
	case metricdata.Histogram[float64]:
		return "histogram", histogramPoints(data.DataPoints)
	default:
		return "other", nil
	}
}

func histogramPoints[N int64 | float64](data []metricdata.HistogramDataPoint[N]) []point {
	var points []point
	for _, each := range data {
		points = append(points, point{
			Attributes: attributesOf(each.Attributes),
			Count:      each.Count,
			Sum:        float64(each.Sum),
			Bounds:     each.Bounds,
			Buckets:    each.BucketCounts,
		})
	}
	return points
}

func attributesOf(set attribute.Set) map[string]string {
	attributes := map[string]string{}
	for _, each := range set.ToSlice() {
		attributes[string(each.Key)] = each.Value.String()
	}
	return attributes
}

func textsOf(list []attribute.KeyValue) map[string]string {
	return attributesOf(attribute.NewSet(list...))
}

// text is what Prometheus would read.
func (t *telemetry) text() string {
	families, err := t.registry.Gather()
	if err != nil {
		fail(err.Error())
	}
	var text bytes.Buffer
	for _, family := range families {
		if _, err := expfmt.MetricFamilyToText(&text, family); err != nil {
			fail(err.Error())
		}
	}
	return text.String()
}

func (t *telemetry) ended() []span {
	var all []span
	for _, each := range t.spans.Ended() {
		found := span{
			Name:        each.Name(),
			Kind:        each.SpanKind().String(),
			Trace:       each.SpanContext().TraceID().String(),
			Id:          each.SpanContext().SpanID().String(),
			Status:      each.Status().Code.String(),
			Description: each.Status().Description,
			Attributes:  textsOf(each.Attributes()),
		}
		for _, note := range each.Events() {
			found.Events = append(found.Events, event{note.Name, textsOf(note.Attributes)})
		}
		if each.Parent().IsValid() {
			found.Parent = each.Parent().SpanID().String()
		}
		all = append(all, found)
	}
	return all
}
