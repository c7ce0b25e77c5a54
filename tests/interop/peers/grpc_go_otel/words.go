package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// rawCodec passes messages through as bytes.
type rawCodec struct{}

func (rawCodec) Name() string { return "proto" }

func (rawCodec) Marshal(value any) ([]byte, error) {
	message, ok := value.(*[]byte)
	if !ok {
		return nil, fmt.Errorf("expected *[]byte, received %T", value)
	}
	return *message, nil
}

func (rawCodec) Unmarshal(data []byte, value any) error {
	message, ok := value.(*[]byte)
	if !ok {
		return fmt.Errorf("expected *[]byte, received %T", value)
	}
	*message = append([]byte(nil), data...)
	return nil
}

var (
	downDesc    = grpc.StreamDesc{StreamName: "Down", Handler: down, ServerStreams: true}
	upDesc      = grpc.StreamDesc{StreamName: "Up", Handler: up, ClientStreams: true}
	bothDesc    = grpc.StreamDesc{StreamName: "Both", Handler: both, ServerStreams: true, ClientStreams: true}
	endlessDesc = grpc.StreamDesc{StreamName: "Endless", Handler: endless, ServerStreams: true}

	wordsService = grpc.ServiceDesc{
		ServiceName: "test.Words",
		HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{
			method("One", echo),
			method("Zip", echo),
			method("None", none),
			method("Late", late),
			method("Flaky", flaky),
		},
		Streams: []grpc.StreamDesc{downDesc, upDesc, bothDesc, endlessDesc},
	}
)

type handler func(ctx context.Context, word string) (string, error)

// method makes a unary method as generated code would.
func method(name string, handle handler) grpc.MethodDesc {
	call := func(_ any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
		request := new([]byte)
		if err := decode(request); err != nil {
			return nil, err
		}
		answer := func(ctx context.Context, request any) (any, error) {
			response, err := handle(ctx, string(*request.(*[]byte)))
			if err != nil {
				return nil, err
			}
			return message(response), nil
		}
		if intercept == nil {
			return answer(ctx, request)
		}
		return intercept(ctx, request, &grpc.UnaryServerInfo{FullMethod: "/test.Words/" + name}, answer)
	}
	return grpc.MethodDesc{MethodName: name, Handler: call}
}

func message(word string) *[]byte {
	octets := []byte(word)
	return &octets
}

func echo(_ context.Context, word string) (string, error) { return word, nil }

func none(context.Context, string) (string, error) {
	return "", status.Error(codes.NotFound, "there is none")
}

func late(ctx context.Context, _ string) (string, error) {
	<-ctx.Done()
	return "", status.FromContextError(ctx.Err()).Err()
}

// flaky succeeds at the third attempt.
func flaky(ctx context.Context, word string) (string, error) {
	before := metadata.ValueFromIncomingContext(ctx, "grpc-previous-rpc-attempts")
	if len(before) == 1 && before[0] == "2" {
		return word, nil
	}
	return "", status.Error(codes.Unavailable, "not yet")
}

func down(_ any, stream grpc.ServerStream) error {
	request := new([]byte)
	if err := stream.RecvMsg(request); err != nil {
		return err
	}
	for _, word := range strings.Fields(string(*request)) {
		if err := stream.SendMsg(message(word)); err != nil {
			return err
		}
	}
	return nil
}

func up(_ any, stream grpc.ServerStream) error {
	var words []string
	for {
		request := new([]byte)
		err := stream.RecvMsg(request)
		if errors.Is(err, io.EOF) {
			return stream.SendMsg(message(strings.Join(words, " ")))
		}
		if err != nil {
			return err
		}
		words = append(words, string(*request))
	}
}

func both(_ any, stream grpc.ServerStream) error {
	for {
		request := new([]byte)
		err := stream.RecvMsg(request)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := stream.SendMsg(request); err != nil {
			return err
		}
	}
}

// endless sends one response, and waits for its client to go.
func endless(_ any, stream grpc.ServerStream) error {
	request := new([]byte)
	if err := stream.RecvMsg(request); err != nil {
		return err
	}
	if err := stream.SendMsg(request); err != nil {
		return err
	}
	<-stream.Context().Done()
	return status.FromContextError(stream.Context().Err()).Err()
}
