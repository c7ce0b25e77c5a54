package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"

	"connectrpc.com/connect"
)

const defaultRepeat = 10

func serveEcho(ctx context.Context, flags flags) error {
	log.SetOutput(frameLog{})
	codec := connect.WithCodec(octetsCodec{})
	mux := http.NewServeMux()
	mux.Handle("/echo.Echo/Unary", connect.NewUnaryHandler("/echo.Echo/Unary", unary, codec))
	mux.Handle("/echo.Echo/ServerStream", connect.NewServerStreamHandler("/echo.Echo/ServerStream", repeat, codec))
	mux.Handle("/echo.Echo/ClientStream", connect.NewClientStreamHandler("/echo.Echo/ClientStream", gather, codec))
	mux.Handle("/echo.Echo/Bidi", connect.NewBidiStreamHandler("/echo.Echo/Bidi", mirror, codec))
	err := serve(ctx, flags, mux, func(addr net.Addr) {
		report("listening", fields{"port": addr.(*net.TCPAddr).Port})
	})
	if err == nil {
		report("stopped", nil)
	}
	return err
}

func unary(_ context.Context, request *connect.Request[octets]) (*connect.Response[octets], error) {
	return connect.NewResponse(request.Msg), nil
}

func repeat(_ context.Context, request *connect.Request[octets], stream *connect.ServerStream[octets]) error {
	count, err := strconv.Atoi(request.Header().Get("x-repeat"))
	if err != nil {
		count = defaultRepeat
	}
	for range count {
		if err := stream.Send(request.Msg); err != nil {
			return err
		}
	}
	return nil
}

func gather(_ context.Context, stream *connect.ClientStream[octets]) (*connect.Response[octets], error) {
	var all []byte
	for stream.Receive() {
		all = append(all, stream.Msg().data...)
	}
	return connect.NewResponse(&octets{all}), stream.Err()
}

func mirror(_ context.Context, stream *connect.BidiStream[octets, octets]) error {
	for {
		message, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = stream.Send(message)
		}
		if err != nil {
			return err
		}
	}
}
