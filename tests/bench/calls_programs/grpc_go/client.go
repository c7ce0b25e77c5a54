package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

const unaryLength = 32

type job struct {
	Kind         string `json:"kind"`
	Concurrency  int    `json:"concurrency"`
	Milliseconds int    `json:"milliseconds"`
	Messages     int    `json:"messages"`
	Size         int    `json:"size"`
}

type result struct {
	Count        int     `json:"count"`
	Milliseconds float64 `json:"milliseconds"`
	P50          float64 `json:"p50"`
	P99          float64 `json:"p99"`
	P999         float64 `json:"p999"`
}

func work(target string) error {
	conn, err := grpc.NewClient(target,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(rawCodec{})))
	if err != nil {
		return err
	}
	defer conn.Close()
	jobs, results := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var next job
		if err := jobs.Decode(&next); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		done, err := do(conn, next)
		if err != nil {
			return err
		}
		if err := results.Encode(done); err != nil {
			return err
		}
	}
}

func do(conn *grpc.ClientConn, next job) (result, error) {
	if next.Kind == "unary" {
		return callAgain(conn, next)
	}
	start := time.Now()
	transfer := receiveAll
	if next.Kind == "upload" {
		transfer = sendAll
	}
	err := transfer(conn, next)
	return result{Count: next.Messages, Milliseconds: millis(time.Since(start))}, err
}

func callAgain(conn *grpc.ClientConn, next job) (result, error) {
	latencies := make([][]time.Duration, next.Concurrency)
	start := time.Now()
	end := start.Add(time.Duration(next.Milliseconds) * time.Millisecond)
	var callers errgroup.Group
	for caller := range latencies {
		callers.Go(func() error {
			request := make([]byte, unaryLength)
			for at := time.Now(); at.Before(end); {
				var response []byte
				if err := conn.Invoke(context.Background(), "/echo.Echo/Unary", &request, &response); err != nil {
					return err
				}
				if len(response) != unaryLength {
					return fmt.Errorf("received %d octets", len(response))
				}
				now := time.Now()
				latencies[caller] = append(latencies[caller], now.Sub(at))
				at = now
			}
			return nil
		})
	}
	if err := callers.Wait(); err != nil {
		return result{}, err
	}
	elapsed := time.Since(start)
	all := slices.Concat(latencies...)
	slices.Sort(all)
	return result{
		Count:        len(all),
		Milliseconds: millis(elapsed),
		P50:          at(all, 0.5),
		P99:          at(all, 0.99),
		P999:         at(all, 0.999),
	}, nil
}

func receiveAll(conn *grpc.ClientConn, next job) error {
	stream, err := conn.NewStream(context.Background(), &downloadDesc, "/echo.Echo/Download")
	if err != nil {
		return err
	}
	request := make([]byte, 8)
	binary.BigEndian.PutUint32(request, uint32(next.Messages))
	binary.BigEndian.PutUint32(request[4:], uint32(next.Size))
	if err := stream.SendMsg(&request); err != nil {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	octets := 0
	for {
		var message []byte
		switch err := stream.RecvMsg(&message); {
		case errors.Is(err, io.EOF) && octets == next.Messages*next.Size:
			return nil
		case err != nil:
			return fmt.Errorf("received %d octets: %w", octets, err)
		}
		octets += len(message)
	}
}

func sendAll(conn *grpc.ClientConn, next job) error {
	stream, err := conn.NewStream(context.Background(), &uploadDesc, "/echo.Echo/Upload")
	if err != nil {
		return err
	}
	message := make([]byte, next.Size)
	for range next.Messages {
		if err := stream.SendMsg(&message); err != nil {
			return err
		}
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	var response []byte
	return stream.RecvMsg(&response)
}

// at returns a quantile of sorted latencies in microseconds.
func at(sorted []time.Duration, quantile float64) float64 {
	return 1000 * millis(sorted[int(float64(len(sorted))*quantile)])
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
