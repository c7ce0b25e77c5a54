package main

import (
	"context"
	"errors"
	"io"
	"log"
	"strconv"
	"time"

	"connectrpc.com/connect"
)

const (
	callTimeout = 20 * time.Second
	reopenDelay = 100 * time.Millisecond
	streamed    = 3
)

// caller calls the methods of the echo service.
type caller func(method string) *connect.Client[octets, octets]

func callEcho(ctx context.Context, flags flags) error {
	log.SetOutput(frameLog{})
	client := newClient(flags)
	base := "http://" + flags["target"] + "/echo.Echo/"
	call := caller(func(method string) *connect.Client[octets, octets] {
		return connect.NewClient[octets, octets](
			client, base+method, connect.WithGRPC(), connect.WithCodec(octetsCodec{}),
		)
	})
	switch {
	case flags.has("hold"):
		call.holdStream(ctx)
	case flags.has("call") && flags["call"] != "none":
		call.reportCalls(ctx, flags)
	default:
		call.comeBack(ctx)
	}
	report("stopped", nil)
	return nil
}

// comeBack makes a call, and another whenever the server sends the client
// away: net/http has no connection without a call.
func (call caller) comeBack(ctx context.Context) {
	for ctx.Err() == nil {
		call.reportCall(ctx, "unary")
		select {
		case <-ctx.Done():
		case <-goawayReceived:
			sleep(ctx, reopenDelay)
		}
	}
}

// holdStream keeps one bidi stream open and quiet, and opens another when it is lost.
func (call caller) holdStream(ctx context.Context) {
	for {
		err := call.holdOnce(ctx)
		if ctx.Err() != nil {
			return
		}
		report("held", fields{"open": false, "code": codeOf(err), "message": textOf(err)})
		sleep(ctx, reopenDelay)
	}
}

func (call caller) holdOnce(ctx context.Context) error {
	stream := call("Bidi").CallBidiStream(ctx)
	if err := stream.Send(&octets{[]byte("hold")}); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	for first := true; ; first = false {
		if _, err := stream.Receive(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if first {
			report("held", fields{"open": true})
		}
	}
}

func (call caller) reportCalls(ctx context.Context, flags flags) {
	call.reportCall(ctx, flags["call"])
	for flags.has("call-every") && ctx.Err() == nil {
		sleep(ctx, flags.duration("call-every"))
		call.reportCall(ctx, flags["call"])
	}
}

func (call caller) reportCall(ctx context.Context, kind string) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	begun := time.Now()
	received, err := call.perform(ctx, kind)
	bytes := 0
	for _, message := range received {
		bytes += len(message.data)
	}
	report("call", fields{
		"method": kind, "code": codeOf(err), "message": textOf(err),
		"messages": len(received), "bytes": bytes,
		"ms": float64(time.Since(begun).Microseconds()) / 1000,
	})
}

func (call caller) perform(ctx context.Context, kind string) (received []*octets, err error) {
	hello := &octets{[]byte("hello")}
	switch kind {
	case "unary":
		response, err := call("Unary").CallUnary(ctx, connect.NewRequest(hello))
		if err != nil {
			return nil, err
		}
		return []*octets{response.Msg}, nil
	case "server-stream":
		request := connect.NewRequest(hello)
		request.Header().Set("x-repeat", strconv.Itoa(streamed))
		stream, err := call("ServerStream").CallServerStream(ctx, request)
		if err != nil {
			return nil, err
		}
		for stream.Receive() {
			received = append(received, stream.Msg())
		}
		return received, stream.Err()
	case "client-stream":
		stream := call("ClientStream").CallClientStream(ctx)
		for range streamed {
			if stream.Send(hello) != nil {
				break
			}
		}
		response, err := stream.CloseAndReceive()
		if err != nil {
			return nil, err
		}
		return []*octets{response.Msg}, nil
	default:
		stream := call("Bidi").CallBidiStream(ctx)
		for range streamed {
			if stream.Send(hello) != nil {
				break
			}
		}
		stream.CloseRequest()
		for {
			message, err := stream.Receive()
			if errors.Is(err, io.EOF) {
				return received, nil
			} else if err != nil {
				return received, err
			}
			received = append(received, message)
		}
	}
}

func codeOf(err error) int {
	if err == nil {
		return 0
	}
	return int(connect.CodeOf(err))
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func sleep(ctx context.Context, wait time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(wait):
	}
}
