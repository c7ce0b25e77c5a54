package main

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
)

func sendAndWait(conn *grpc.ClientConn, next job) ([]time.Duration, error) {
	stream, err := conn.NewStream(context.Background(), &bidiDesc, "/echo.Echo/Bidi")
	if err != nil {
		return nil, err
	}
	var latencies []time.Duration
	message := make([]byte, next.Size)
	end := endOf(next)
	for at := time.Now(); at.Before(end); {
		if err := stream.SendMsg(&message); err != nil {
			return nil, err
		}
		var answer []byte
		if err := stream.RecvMsg(&answer); err != nil {
			return nil, err
		}
		if err := check(len(answer), next.Size); err != nil {
			return nil, err
		}
		now := time.Now()
		latencies = append(latencies, now.Sub(at))
		at = now
	}
	return latencies, stream.CloseSend()
}

func transfer(conn *grpc.ClientConn, next job) error {
	one := receiveAll
	if next.Kind == "upload" {
		one = sendAll
	}
	var streams errgroup.Group
	for range next.Streams {
		streams.Go(func() error { return one(conn, next) })
	}
	return streams.Wait()
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
		if err := stream.RecvMsg(&message); errors.Is(err, io.EOF) {
			return check(octets, next.Messages*next.Size)
		} else if err != nil {
			return err
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
