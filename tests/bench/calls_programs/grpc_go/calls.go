package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

func callAgain(conn *grpc.ClientConn, next job) ([]time.Duration, error) {
	latencies := make([][]time.Duration, next.Concurrency)
	end := endOf(next)
	var callers errgroup.Group
	for caller := range latencies {
		callers.Go(func() error {
			ctx := withFields(context.Background(), next.Metadata)
			for at := time.Now(); at.Before(end); {
				if err := call(ctx, conn, next.Size); err != nil {
					return err
				}
				now := time.Now()
				latencies[caller] = append(latencies[caller], now.Sub(at))
				at = now
			}
			return nil
		})
	}
	err := callers.Wait()
	return slices.Concat(latencies...), err
}

func callAtOnce(conn *grpc.ClientConn, next job) ([]time.Duration, error) {
	latencies := make([]time.Duration, next.Calls)
	start := time.Now()
	var callers errgroup.Group
	for caller := range latencies {
		callers.Go(func() error {
			defer func() { latencies[caller] = time.Since(start) }()
			return call(context.Background(), conn, unaryLength)
		})
	}
	err := callers.Wait()
	return latencies, err
}

func connectAgain(dial dialer, next job) ([]time.Duration, error) {
	var latencies []time.Duration
	for end := endOf(next); len(latencies) == 0 || time.Now().Before(end); {
		start := time.Now()
		conn, err := dial()
		if err != nil {
			return nil, err
		}
		if err := call(context.Background(), conn, unaryLength); err != nil {
			return nil, err
		}
		latencies = append(latencies, time.Since(start))
		conn.Close()
	}
	return latencies, nil
}

func call(ctx context.Context, conn *grpc.ClientConn, size int) error {
	request := make([]byte, size)
	var response []byte
	if err := conn.Invoke(ctx, "/echo.Echo/Unary", &request, &response); err != nil {
		return err
	}
	return check(len(response), size)
}

// withFields adds that many fields of metadata.
func withFields(ctx context.Context, count int) context.Context {
	for field := range count {
		name, value := fmt.Sprintf("x-field-%d", field), fmt.Sprintf("value-%d", field)
		ctx = metadata.AppendToOutgoingContext(ctx, name, value)
	}
	return ctx
}

func endOf(next job) time.Time {
	return time.Now().Add(time.Duration(next.Milliseconds) * time.Millisecond)
}

func check(octets, expected int) error {
	if octets == expected {
		return nil
	}
	return fmt.Errorf("received %d octets of %d", octets, expected)
}
