package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptrace"
	"time"

	"connectrpc.com/connect"
	pb "google.golang.org/grpc/interop/grpc_testing"
)

var (
	requestSizes  = []int32{27_182, 8, 1_828, 45_904}
	responseSizes = []int32{31_415, 9, 2_653, 58_979}
	trailing      = connect.EncodeBinaryHeader([]byte{0xab, 0xab, 0xab})
)

const (
	largeRequest  = 271_828
	largeResponse = 314_159
	initial       = "test_initial_metadata_value"
)

type (
	duplex   = connect.BidiStreamForClient[pb.StreamingOutputCallRequest, pb.StreamingOutputCallResponse]
	testCase func(context.Context, *caseClient) error
)

var testCases = map[string]testCase{
	"empty_unary": func(ctx context.Context, c *caseClient) error {
		client := connect.NewClient[pb.Empty, pb.Empty](c.http, c.base+"EmptyCall", connect.WithGRPC())
		_, err := client.CallUnary(ctx, connect.NewRequest(&pb.Empty{}))
		return err
	},
	"large_unary": func(ctx context.Context, c *caseClient) error {
		_, err := c.unary(ctx, connect.NewRequest(large()))
		return err
	},
	"client_streaming": clientStreaming,
	"server_streaming": serverStreaming,
	"ping_pong":        pingPong,
	"empty_stream": func(ctx context.Context, c *caseClient) error {
		stream := c.duplex(ctx)
		if err := stream.CloseRequest(); err != nil {
			return err
		}
		return expectEnd(stream)
	},
	"cancel_after_begin":          cancelAfterBegin,
	"cancel_after_first_response": cancelAfterFirstResponse,
	"timeout_on_sleeping_server":  timeoutOnSleepingServer,
	"status_code_and_message":     statusCase("test status message"),
	"special_status_message": statusCase(
		"\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n",
	),
	"unimplemented_method":  unimplementedCase("TestService"),
	"unimplemented_service": unimplementedCase("UnimplementedService"),
	"custom_metadata":       customMetadata,
}

// caseClient calls grpc.testing.TestService.
type caseClient struct {
	http   *http.Client
	server string
	base   string
}

func runCase(ctx context.Context, flags flags) error {
	log.SetOutput(frameLog{})
	server := fmt.Sprintf("http://%s:%s", flags["server_host"], flags["server_port"])
	run := testCases[flags["test_case"]]
	if run == nil {
		return fmt.Errorf("unsupported test case: %s", flags["test_case"])
	}
	return run(ctx, &caseClient{newClient(flags), server, server + service})
}

func clientStreaming(ctx context.Context, c *caseClient) error {
	stream := c.input(ctx)
	for _, size := range requestSizes {
		if err := stream.Send(&pb.StreamingInputCallRequest{Payload: zeros(size)}); err != nil {
			return err
		}
	}
	response, err := stream.CloseAndReceive()
	if err != nil {
		return err
	}
	return expect("size", response.Msg.GetAggregatedPayloadSize(), 74_922)
}

func serverStreaming(ctx context.Context, c *caseClient) error {
	client := connect.NewClient[pb.StreamingOutputCallRequest, pb.StreamingOutputCallResponse](
		c.http, c.base+"StreamingOutputCall", connect.WithGRPC(),
	)
	stream, err := client.CallServerStream(ctx, connect.NewRequest(output(0, responseSizes...)))
	if err != nil {
		return err
	}
	for _, size := range responseSizes {
		if !stream.Receive() {
			return fmt.Errorf("expected another response: %w", stream.Err())
		}
		if err := expectZeros(stream.Msg().GetPayload(), size); err != nil {
			return err
		}
	}
	if stream.Receive() {
		return errors.New("expected no more responses")
	}
	return stream.Err()
}

func pingPong(ctx context.Context, c *caseClient) error {
	stream := c.duplex(ctx)
	for i, size := range requestSizes {
		if err := exchange(stream, size, responseSizes[i]); err != nil {
			return err
		}
	}
	if err := stream.CloseRequest(); err != nil {
		return err
	}
	return expectEnd(stream)
}

func cancelAfterBegin(ctx context.Context, c *caseClient) error {
	begun := make(chan struct{}, 1)
	ctx, cancel := context.WithCancel(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotFirstResponseByte: func() { begun <- struct{}{} },
	}))
	defer cancel()
	stream := c.input(ctx)
	stream.RequestHeader().Set("x-headers-first", "true")
	if err := stream.Send(nil); err != nil {
		return err
	}
	<-begun
	cancel()
	_, err := stream.CloseAndReceive()
	if err := expect("code", connect.CodeOf(err), connect.CodeCanceled); err != nil {
		return err
	}
	<-resetSent
	return nil
}

func cancelAfterFirstResponse(ctx context.Context, c *caseClient) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream := c.duplex(ctx)
	if err := exchange(stream, 27_182, 31_415); err != nil {
		return err
	}
	cancel()
	_, err := stream.Receive()
	if err := expect("code", connect.CodeOf(err), connect.CodeCanceled); err != nil {
		return err
	}
	<-resetSent
	return nil
}

func timeoutOnSleepingServer(ctx context.Context, c *caseClient) error {
	ctx, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	stream := c.duplex(ctx)
	stream.Send(output(27_182))
	_, err := stream.Receive()
	return expect("code", connect.CodeOf(err), connect.CodeDeadlineExceeded)
}

func statusCase(message string) testCase {
	return func(ctx context.Context, c *caseClient) error {
		status := &pb.EchoStatus{Code: int32(connect.CodeUnknown), Message: message}
		request := large()
		request.ResponseStatus = status
		_, err := c.unary(ctx, connect.NewRequest(request))
		if err := expectStatus(err, message); err != nil {
			return err
		}
		stream := c.duplex(ctx)
		if err := stream.Send(&pb.StreamingOutputCallRequest{ResponseStatus: status}); err != nil {
			return err
		}
		stream.CloseRequest()
		_, err = stream.Receive()
		return expectStatus(err, message)
	}
}

func unimplementedCase(name string) testCase {
	return func(ctx context.Context, c *caseClient) error {
		path := c.server + "/grpc.testing." + name + "/UnimplementedCall"
		client := connect.NewClient[pb.Empty, pb.Empty](c.http, path, connect.WithGRPC())
		_, err := client.CallUnary(ctx, connect.NewRequest(&pb.Empty{}))
		return expect("code", connect.CodeOf(err), connect.CodeUnimplemented)
	}
}

func customMetadata(ctx context.Context, c *caseClient) error {
	request := connect.NewRequest(large())
	setMetadata(request.Header())
	response, err := c.unary(ctx, request)
	if err != nil {
		return err
	}
	if err := expectEcho(response.Header(), response.Trailer()); err != nil {
		return err
	}
	stream := c.duplex(ctx)
	setMetadata(stream.RequestHeader())
	if err := exchange(stream, largeRequest, largeResponse); err != nil {
		return err
	}
	stream.CloseRequest()
	if err := expectEnd(stream); err != nil {
		return err
	}
	return expectEcho(stream.ResponseHeader(), stream.ResponseTrailer())
}

func (c *caseClient) unary(ctx context.Context, request *connect.Request[pb.SimpleRequest]) (*connect.Response[pb.SimpleResponse], error) {
	client := connect.NewClient[pb.SimpleRequest, pb.SimpleResponse](c.http, c.base+"UnaryCall", connect.WithGRPC())
	response, err := client.CallUnary(ctx, request)
	if err != nil {
		return nil, err
	}
	return response, expectZeros(response.Msg.GetPayload(), largeResponse)
}

func (c *caseClient) input(ctx context.Context) *connect.ClientStreamForClient[pb.StreamingInputCallRequest, pb.StreamingInputCallResponse] {
	client := connect.NewClient[pb.StreamingInputCallRequest, pb.StreamingInputCallResponse](
		c.http, c.base+"StreamingInputCall", connect.WithGRPC(),
	)
	return client.CallClientStream(ctx)
}

func (c *caseClient) duplex(ctx context.Context) *duplex {
	client := connect.NewClient[pb.StreamingOutputCallRequest, pb.StreamingOutputCallResponse](
		c.http, c.base+"FullDuplexCall", connect.WithGRPC(),
	)
	return client.CallBidiStream(ctx)
}

func large() *pb.SimpleRequest {
	return &pb.SimpleRequest{ResponseSize: largeResponse, Payload: zeros(largeRequest)}
}

func output(size int32, responseSizes ...int32) *pb.StreamingOutputCallRequest {
	request := &pb.StreamingOutputCallRequest{Payload: zeros(size)}
	for _, size := range responseSizes {
		request.ResponseParameters = append(request.ResponseParameters, &pb.ResponseParameters{Size: size})
	}
	return request
}

func exchange(stream *duplex, requestSize, responseSize int32) error {
	if err := stream.Send(output(requestSize, responseSize)); err != nil {
		return err
	}
	response, err := stream.Receive()
	if err != nil {
		return err
	}
	return expectZeros(response.GetPayload(), responseSize)
}

func setMetadata(header http.Header) {
	header.Set(initialKey, initial)
	header.Set(trailingKey, trailing)
}

func expectEcho(headers, trailers http.Header) error {
	if err := expect("initial metadata", headers.Get(initialKey), initial); err != nil {
		return err
	}
	return expect("trailing metadata", trailers.Get(trailingKey), trailing)
}

func expectStatus(err error, message string) error {
	var status *connect.Error
	if !errors.As(err, &status) {
		return fmt.Errorf("expected a status, received %v", err)
	}
	if err := expect("message", status.Message(), message); err != nil {
		return err
	}
	return expect("code", status.Code(), connect.CodeUnknown)
}

func expectEnd(stream *duplex) error {
	if _, err := stream.Receive(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("expected the end, received %v", err)
	}
	return nil
}

func expectZeros(payload *pb.Payload, size int32) error {
	for _, octet := range payload.GetBody() {
		if octet != 0 {
			return errors.New("expected zeros")
		}
	}
	return expect("size", len(payload.GetBody()), int(size))
}

func expect[T comparable](what string, received, expected T) error {
	if received != expected {
		return fmt.Errorf("expected %s %v, received %v", what, expected, received)
	}
	return nil
}
