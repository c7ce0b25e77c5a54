package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
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

const defaultRepeat = 10

var (
	serverStreamDesc = grpc.StreamDesc{StreamName: "ServerStream", Handler: serverStream, ServerStreams: true}
	clientStreamDesc = grpc.StreamDesc{StreamName: "ClientStream", Handler: clientStream, ClientStreams: true}
	bidiDesc         = grpc.StreamDesc{StreamName: "Bidi", Handler: bidi, ServerStreams: true, ClientStreams: true}

	echoService = grpc.ServiceDesc{
		ServiceName: "echo.Echo",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Unary", Handler: unary}},
		Streams:     []grpc.StreamDesc{serverStreamDesc, clientStreamDesc, bidiDesc},
	}
)

func unary(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	message := new([]byte)
	return message, decode(message)
}

func serverStream(_ any, stream grpc.ServerStream) error {
	message := new([]byte)
	if err := stream.RecvMsg(message); err != nil {
		return err
	}
	for range repeatCount(stream.Context()) {
		if err := stream.SendMsg(message); err != nil {
			return err
		}
	}
	return nil
}

func repeatCount(ctx context.Context) int {
	for _, value := range metadata.ValueFromIncomingContext(ctx, "x-repeat") {
		if count, err := strconv.Atoi(value); err == nil {
			return count
		}
	}
	return defaultRepeat
}

func clientStream(_ any, stream grpc.ServerStream) error {
	var all []byte
	for {
		var message []byte
		switch err := stream.RecvMsg(&message); {
		case errors.Is(err, io.EOF):
			return stream.SendMsg(&all)
		case err != nil:
			return err
		}
		all = append(all, message...)
	}
}

func bidi(_ any, stream grpc.ServerStream) error {
	for {
		var message []byte
		switch err := stream.RecvMsg(&message); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := stream.SendMsg(&message); err != nil {
			return err
		}
	}
}
