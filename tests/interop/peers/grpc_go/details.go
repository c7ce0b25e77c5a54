package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"flag"
	"net"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// exchangeDetails fails what it is asked for, and reports how a target fails the same.
func exchangeDetails(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("details", flag.ExitOnError)
	target := flags.String("target", "", "host:port")
	flags.Parse(arguments)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	healthpb.RegisterHealthServer(server, failing{})
	go server.Serve(listener)
	defer server.Stop()
	cc, err := dial(*target)
	if err != nil {
		return err
	}
	defer cc.Close()
	for _, name := range []string{"several", "unknown", "none"} {
		_, err := healthpb.NewHealthClient(cc).Check(ctx, &healthpb.HealthCheckRequest{Service: name})
		received := status.Convert(err)
		details := []any{}
		for i, detail := range received.Details() {
			details = append(details, readDetail(detail, received.Proto().Details[i]))
		}
		report("received", fields{
			"name": name, "code": uint32(received.Code()), "message": received.Message(), "details": details,
		})
	}
	report("listening", fields{"port": listener.Addr().(*net.TCPAddr).Port})
	<-ctx.Done()
	return nil
}

// readDetail answers with JSON of a message, and with the octets of an unknown type.
func readDetail(detail any, packed *anypb.Any) any {
	read := fields{"@type": packed.TypeUrl}
	message, isMessage := detail.(proto.Message)
	if !isMessage {
		read["octets"] = hex.EncodeToString(packed.Value)
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

type failing struct {
	healthpb.UnimplementedHealthServer
}

func (failing) Check(_ context.Context, request *healthpb.HealthCheckRequest) (*healthpb.HealthCheckResponse, error) {
	switch request.Service {
	case "several":
		failed, err := status.New(codes.FailedPrecondition, "Straße zu 100 % gesperrt ☔").WithDetails(
			&errdetails.ErrorInfo{Reason: "CLOSED", Domain: "roads.example", Metadata: map[string]string{"until": "März"}},
			&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
				{Field: "from", Description: "gesperrt"}, {Field: "to", Description: "zu weit"},
			}},
			&errdetails.ErrorInfo{Reason: "WET"},
		)
		if err != nil {
			return nil, err
		}
		return nil, failed.Err()
	case "unknown":
		return nil, status.FromProto(&spb.Status{
			Code: int32(codes.Aborted), Message: "unknown",
			Details: []*anypb.Any{
				{TypeUrl: "types.example/no.such.Type", Value: []byte{0x08, 0x2a}},
				{TypeUrl: "type.googleapis.com/google.rpc.ErrorInfo", Value: []byte("\x0a\x05AFTER")},
			},
		}).Err()
	}
	return nil, status.Error(codes.NotFound, "")
}
