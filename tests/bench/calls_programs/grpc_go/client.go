package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

const unaryLength = 32

type job struct {
	Kind         string `json:"kind"`
	Calls        int    `json:"calls"`
	Concurrency  int    `json:"concurrency"`
	Milliseconds int    `json:"milliseconds"`
	Metadata     int    `json:"metadata"`
	Messages     int    `json:"messages"`
	Size         int    `json:"size"`
	Streams      int    `json:"streams"`
}

type result struct {
	Count        int     `json:"count"`
	Milliseconds float64 `json:"milliseconds"`
	P50          float64 `json:"p50"`
	P99          float64 `json:"p99"`
	P999         float64 `json:"p999"`
}

type dialer func() (*grpc.ClientConn, error)

func work(target, authority string) error {
	transport := insecure.NewCredentials()
	if authority != "" {
		var err error
		if transport, err = credentials.NewClientTLSFromFile(authority, "localhost"); err != nil {
			return err
		}
	}
	dial := func() (*grpc.ClientConn, error) {
		return grpc.NewClient(target,
			grpc.WithTransportCredentials(transport),
			grpc.WithDefaultCallOptions(grpc.ForceCodec(rawCodec{})))
	}
	conn, err := dial()
	if err != nil {
		return err
	}
	defer conn.Close()
	jobs, results := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		next := job{Size: unaryLength, Streams: 1}
		if err := jobs.Decode(&next); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		done, err := do(dial, conn, next)
		if err != nil {
			return err
		}
		if err := results.Encode(done); err != nil {
			return err
		}
	}
}

func do(dial dialer, conn *grpc.ClientConn, next job) (result, error) {
	start := time.Now()
	var latencies []time.Duration
	var err error
	switch next.Kind {
	case "unary":
		latencies, err = callAgain(conn, next)
	case "burst":
		latencies, err = callAtOnce(conn, next)
	case "connect":
		latencies, err = connectAgain(dial, next)
	case "bidi":
		latencies, err = sendAndWait(conn, next)
	default:
		err = transfer(conn, next)
		return result{Count: next.Messages * next.Streams, Milliseconds: millis(time.Since(start))}, err
	}
	if err != nil {
		return result{}, err
	}
	elapsed := time.Since(start)
	slices.Sort(latencies)
	return result{
		Count:        len(latencies),
		Milliseconds: millis(elapsed),
		P50:          at(latencies, 0.5),
		P99:          at(latencies, 0.99),
		P999:         at(latencies, 0.999),
	}, nil
}

// at returns a quantile of sorted latencies in microseconds.
func at(sorted []time.Duration, quantile float64) float64 {
	return 1000 * millis(sorted[int(float64(len(sorted))*quantile)])
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
