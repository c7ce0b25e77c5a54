package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"connectrpc.com/connect"
	pb "google.golang.org/grpc/interop/grpc_testing"
)

const (
	service     = "/grpc.testing.TestService/"
	initialKey  = "X-Grpc-Test-Echo-Initial"
	trailingKey = "X-Grpc-Test-Echo-Trailing-Bin"
)

// serveCases serves grpc.testing.TestService; the methods that are left out are not found.
func serveCases(ctx context.Context, flags flags) error {
	mux := http.NewServeMux()
	mux.Handle(service+"EmptyCall", connect.NewUnaryHandler(service+"EmptyCall", emptyCall))
	mux.Handle(service+"UnaryCall", connect.NewUnaryHandler(service+"UnaryCall", unaryCall))
	mux.Handle(service+"StreamingInputCall", connect.NewClientStreamHandler(service+"StreamingInputCall", inputCall))
	mux.Handle(service+"StreamingOutputCall", connect.NewServerStreamHandler(service+"StreamingOutputCall", outputCall))
	mux.Handle(service+"FullDuplexCall", connect.NewBidiStreamHandler(service+"FullDuplexCall", duplexCall))
	return serve(ctx, flags, mux, func(addr net.Addr) {
		fmt.Fprintf(os.Stderr, "listening on %s\n", addr)
	})
}

func emptyCall(context.Context, *connect.Request[pb.Empty]) (*connect.Response[pb.Empty], error) {
	return connect.NewResponse(&pb.Empty{}), nil
}

func unaryCall(_ context.Context, request *connect.Request[pb.SimpleRequest]) (*connect.Response[pb.SimpleResponse], error) {
	if err := echoStatus(request.Msg.GetResponseStatus()); err != nil {
		return nil, err
	}
	response := connect.NewResponse(&pb.SimpleResponse{Payload: zeros(request.Msg.GetResponseSize())})
	echoMetadata(request.Header(), response.Header(), response.Trailer())
	return response, nil
}

func inputCall(_ context.Context, stream *connect.ClientStream[pb.StreamingInputCallRequest]) (*connect.Response[pb.StreamingInputCallResponse], error) {
	size := 0
	for stream.Receive() {
		size += len(stream.Msg().GetPayload().GetBody())
	}
	response := &pb.StreamingInputCallResponse{AggregatedPayloadSize: int32(size)}
	return connect.NewResponse(response), stream.Err()
}

func outputCall(ctx context.Context, request *connect.Request[pb.StreamingOutputCallRequest], stream *connect.ServerStream[pb.StreamingOutputCallResponse]) error {
	return respond(ctx, request.Msg, stream.Send)
}

func duplexCall(ctx context.Context, stream *connect.BidiStream[pb.StreamingOutputCallRequest, pb.StreamingOutputCallResponse]) error {
	echoMetadata(stream.RequestHeader(), stream.ResponseHeader(), stream.ResponseTrailer())
	for {
		request, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = echoStatus(request.GetResponseStatus())
		}
		if err == nil {
			err = respond(ctx, request, stream.Send)
		}
		if err != nil {
			return err
		}
	}
}

func respond(ctx context.Context, request *pb.StreamingOutputCallRequest, send func(*pb.StreamingOutputCallResponse) error) error {
	for _, parameters := range request.GetResponseParameters() {
		sleep(ctx, time.Duration(parameters.GetIntervalUs())*time.Microsecond)
		if err := send(&pb.StreamingOutputCallResponse{Payload: zeros(parameters.GetSize())}); err != nil {
			return err
		}
	}
	return nil
}

func zeros(size int32) *pb.Payload {
	return &pb.Payload{Body: make([]byte, size)}
}

func echoStatus(status *pb.EchoStatus) error {
	if status.GetCode() == 0 {
		return nil
	}
	return connect.NewError(connect.Code(status.GetCode()), errors.New(status.GetMessage()))
}

func echoMetadata(request, headers, trailers http.Header) {
	if value := request.Get(initialKey); value != "" {
		headers.Set(initialKey, value)
	}
	if value := request.Get(trailingKey); value != "" {
		trailers.Set(trailingKey, value)
	}
}
