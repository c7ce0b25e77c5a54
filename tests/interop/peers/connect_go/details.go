package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

const healthCheck = "/grpc.health.v1.Health/Check"

type checkRequest = connect.Request[healthpb.HealthCheckRequest]

// exchangeDetails fails what it is asked for, and reports how a target fails the same.
func exchangeDetails(ctx context.Context, flags flags) error {
	client := connect.NewClient[healthpb.HealthCheckRequest, healthpb.HealthCheckResponse](
		newClient(flags), "http://"+flags["target"]+healthCheck, connect.WithGRPC(),
	)
	for _, name := range []string{"several", "unknown", "none"} {
		_, err := client.CallUnary(ctx, connect.NewRequest(&healthpb.HealthCheckRequest{Service: name}))
		received := new(connect.Error)
		if !errors.As(err, &received) {
			return errors.New("expected an error")
		}
		details := []any{}
		for _, detail := range received.Details() {
			details = append(details, readDetail(detail))
		}
		report("received", fields{
			"name": name, "code": uint32(received.Code()), "message": received.Message(), "details": details,
		})
	}
	mux := http.NewServeMux()
	mux.Handle(healthCheck, connect.NewUnaryHandler(healthCheck, failCheck))
	return serve(ctx, flags, mux, func(addr net.Addr) {
		report("listening", fields{"port": addr.(*net.TCPAddr).Port})
	})
}

// readDetail answers with JSON of a message, and with the octets of an unknown type.
func readDetail(detail *connect.ErrorDetail) any {
	read := fields{"@type": "type.googleapis.com/" + detail.Type()}
	message, err := detail.Value()
	if err != nil {
		read["octets"] = hex.EncodeToString(detail.Bytes())
		return read
	}
	text, err := protojson.Marshal(message)
	if err == nil {
		err = json.Unmarshal(text, &read)
	}
	if err != nil {
		read["error"] = err.Error()
	}
	return read
}

func failCheck(_ context.Context, request *checkRequest) (*connect.Response[healthpb.HealthCheckResponse], error) {
	switch request.Msg.Service {
	case "several":
		return nil, failure(connect.CodeFailedPrecondition, "Straße zu 100 % gesperrt ☔",
			&errdetails.ErrorInfo{Reason: "CLOSED", Domain: "roads.example", Metadata: map[string]string{"until": "März"}},
			&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
				{Field: "from", Description: "gesperrt"}, {Field: "to", Description: "zu weit"},
			}},
			&errdetails.ErrorInfo{Reason: "WET"},
		)
	case "unknown":
		return nil, failure(connect.CodeAborted, "unknown",
			&anypb.Any{TypeUrl: "types.example/no.such.Type", Value: []byte{0x08, 0x2a}},
			&errdetails.ErrorInfo{Reason: "AFTER"},
		)
	}
	return nil, failure(connect.CodeNotFound, "")
}

func failure(code connect.Code, message string, details ...proto.Message) error {
	failed := connect.NewError(code, errors.New(message))
	for _, each := range details {
		detail, err := connect.NewErrorDetail(each)
		if err != nil {
			return err
		}
		failed.AddDetail(detail)
	}
	return failed
}
