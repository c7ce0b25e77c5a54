package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
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
	downloadDesc = grpc.StreamDesc{StreamName: "Download", Handler: download, ServerStreams: true}
	bidiDesc     = grpc.StreamDesc{StreamName: "Bidi", Handler: mirror, ClientStreams: true, ServerStreams: true}
	uploadDesc   = grpc.StreamDesc{StreamName: "Upload", Handler: upload, ClientStreams: true}

	echoService = grpc.ServiceDesc{
		ServiceName: "echo.Echo",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Unary", Handler: unary}},
		Streams:     []grpc.StreamDesc{downloadDesc, uploadDesc, bidiDesc},
	}
)

func serveTLS(certificate, key string) error {
	transport, err := credentials.NewServerTLSFromFile(certificate, key)
	if err != nil {
		return err
	}
	return serve(grpc.Creds(transport))
}

func serve(options ...grpc.ServerOption) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer(append(options, grpc.ForceServerCodec(rawCodec{}))...)
	server.RegisterService(&echoService, struct{}{})
	fmt.Printf("{\"port\":%d}\n", listener.Addr().(*net.TCPAddr).Port)
	return server.Serve(listener)
}

func unary(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	message := new([]byte)
	return message, decode(message)
}

func download(_ any, stream grpc.ServerStream) error {
	var request []byte
	if err := stream.RecvMsg(&request); err != nil {
		return err
	}
	message := make([]byte, binary.BigEndian.Uint32(request[4:]))
	for range binary.BigEndian.Uint32(request) {
		if err := stream.SendMsg(&message); err != nil {
			return err
		}
	}
	return nil
}

func upload(_ any, stream grpc.ServerStream) error {
	octets := 0
	for {
		var message []byte
		switch err := stream.RecvMsg(&message); {
		case errors.Is(err, io.EOF):
			response := make([]byte, min(octets, 1))
			return stream.SendMsg(&response)
		case err != nil:
			return err
		}
		octets += len(message)
	}
}

func mirror(_ any, stream grpc.ServerStream) error {
	for {
		var message []byte
		if err := stream.RecvMsg(&message); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := stream.SendMsg(&message); err != nil {
			return err
		}
	}
}
