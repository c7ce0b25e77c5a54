package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/status"
)

const serviceConfig = `{"methodConfig": [{
	"name": [{"service": "test.Words", "method": "Flaky"}],
	"retryPolicy": {
		"maxAttempts": 4,
		"initialBackoff": "0.01s",
		"maxBackoff": "0.02s",
		"backoffMultiplier": 1,
		"retryableStatusCodes": ["UNAVAILABLE"]
	}
}]}`

// caller makes the calls of the scene, each under a span of its own.
type caller struct {
	conn      *grpc.ClientConn
	telemetry *telemetry
}

func newCaller(target string, telemetry *telemetry) *caller {
	conn, err := grpc.NewClient(
		target,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultServiceConfig(serviceConfig),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(rawCodec{})),
		telemetry.dialOption(),
	)
	if err != nil {
		fail(err.Error())
	}
	return &caller{conn, telemetry}
}

// makeCalls makes those that our client makes, in the same order.
func makeCalls(target, dead string, telemetry *telemetry) {
	living := newCaller(target, telemetry)
	living.unary("One", strings.Repeat("w", 3_000), time.Minute, codes.OK)
	living.unary("Zip", strings.Repeat("z", 10_000), time.Minute, codes.OK, grpc.UseCompressor(gzip.Name))
	living.unary("None", "a", time.Minute, codes.NotFound)
	living.unary("Late", "a", 100*time.Millisecond, codes.DeadlineExceeded)
	living.unary("Flaky", "a", time.Minute, codes.OK)
	living.unary("Missing", "a", time.Minute, codes.Unimplemented)
	living.stream(&downDesc, []string{"a b c d e"})
	living.stream(&upDesc, []string{"a", "b", "c", "d"})
	living.stream(&bothDesc, []string{"a", "b", "c"})
	living.leave(&endlessDesc)
	living.conn.Close()
	if dead == "" {
		return
	}
	gone := newCaller(dead, telemetry)
	gone.unary("One", "a", time.Minute, codes.Unavailable)
	gone.unary("One", "a", 100*time.Millisecond, codes.DeadlineExceeded, grpc.WaitForReady(true))
	gone.conn.Close()
}

// waitForEnd makes one call, and waits until its connection is lost.
func waitForEnd(target string, telemetry *telemetry) {
	living := newCaller(target, telemetry)
	living.unary("One", "a", time.Minute, codes.OK)
	report(map[string]any{"type": "called"})
	living.conn.WaitForStateChange(context.Background(), connectivity.Ready)
	living.conn.Close()
}

func (c *caller) unary(method, word string, timeout time.Duration, expected codes.Code, options ...grpc.CallOption) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	ctx, span := c.telemetry.tracers.Tracer("the scene").Start(ctx, "caller of "+method)
	defer span.End()
	options = append(options, grpc.StaticMethod())
	err := c.conn.Invoke(ctx, "/test.Words/"+method, message(word), new([]byte), options...)
	if status.Code(err) != expected {
		fail(fmt.Sprintf("%s ended with %v, expected %v", method, err, expected))
	}
}

func (c *caller) stream(desc *grpc.StreamDesc, words []string) {
	ctx, span := c.telemetry.tracers.Tracer("the scene").Start(context.Background(), "caller of "+desc.StreamName)
	defer span.End()
	stream := c.begin(ctx, desc, words)
	stream.CloseSend()
	for {
		err := stream.RecvMsg(new([]byte))
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			fail(desc.StreamName + ": " + err.Error())
		}
	}
}

// leave cancels after the first response.
func (c *caller) leave(desc *grpc.StreamDesc) {
	ctx, cancel := context.WithCancel(context.Background())
	stream := c.begin(ctx, desc, []string{"a"})
	stream.CloseSend()
	if err := stream.RecvMsg(new([]byte)); err != nil {
		fail(desc.StreamName + ": " + err.Error())
	}
	cancel()
	if err := stream.RecvMsg(new([]byte)); status.Code(err) != codes.Canceled {
		fail(desc.StreamName + ": " + err.Error())
	}
}

func (c *caller) begin(ctx context.Context, desc *grpc.StreamDesc, words []string) grpc.ClientStream {
	stream, err := c.conn.NewStream(ctx, desc, "/test.Words/"+desc.StreamName, grpc.StaticMethod())
	if err != nil {
		fail(err.Error())
	}
	for _, word := range words {
		if err := stream.SendMsg(message(word)); err != nil {
			fail(err.Error())
		}
	}
	return stream
}
