package main

import (
	"context"
	"errors"
	"io"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/durationpb"
)

// shapes serves shapes.v1.Shapes.
type shapes struct {
	shape, gathered protoreflect.MessageDescriptor
}

func register(server *grpc.Server, files *protoregistry.Files) error {
	shape, err := files.FindDescriptorByName("shapes.v1.Shape")
	if err != nil {
		return err
	}
	gathered, err := files.FindDescriptorByName("shapes.v1.Gathered")
	if err != nil {
		return err
	}
	s := shapes{shape.(protoreflect.MessageDescriptor), gathered.(protoreflect.MessageDescriptor)}
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "shapes.v1.Shapes",
		HandlerType: (*any)(nil),
		Metadata:    "shapes.proto",
		Methods:     []grpc.MethodDesc{{MethodName: "Echo", Handler: s.echo}},
		Streams: []grpc.StreamDesc{
			{StreamName: "Repeat", Handler: s.repeat, ServerStreams: true},
			{StreamName: "Gather", Handler: s.gather, ClientStreams: true},
			{StreamName: "Chat", Handler: s.chat, ServerStreams: true, ClientStreams: true},
		},
	}, struct{}{})
	return nil
}

func (s shapes) echo(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	message := dynamicpb.NewMessage(s.shape)
	if err := decode(message); err != nil {
		return nil, err
	}
	grpc.SetHeader(ctx, metadata.Pairs("x-shape", "round", "x-octets-bin", "\x00\xff"))
	grpc.SetTrailer(ctx, metadata.Pairs("x-end", "reached"))
	if message.Get(s.shape.Fields().ByName("text")).String() == "fail" {
		return nil, failure()
	}
	return message, nil
}

// failure has details of two types that all know, and of one that nobody does.
func failure() error {
	failed, err := status.New(codes.FailedPrecondition, "the shape is no good").WithDetails(
		&errdetails.ErrorInfo{Reason: "SQUARE", Domain: "shapes.example", Metadata: map[string]string{"corners": "4"}},
		&errdetails.RetryInfo{RetryDelay: durationpb.New(1500 * time.Millisecond)},
	)
	if err != nil {
		return err
	}
	return failed.Err()
}

func (s shapes) repeat(_ any, stream grpc.ServerStream) error {
	message := dynamicpb.NewMessage(s.shape)
	if err := stream.RecvMsg(message); err != nil {
		return err
	}
	for range message.Get(s.shape.Fields().ByName("small")).Int() {
		if err := stream.SendMsg(message); err != nil {
			return err
		}
	}
	return nil
}

func (s shapes) gather(_ any, stream grpc.ServerStream) error {
	gathered := dynamicpb.NewMessage(s.gathered)
	fields := s.gathered.Fields()
	list := gathered.Mutable(fields.ByName("shapes")).List()
	err := s.each(stream, func(message proto.Message) error {
		list.Append(protoreflect.ValueOfMessage(message.ProtoReflect()))
		return nil
	})
	if err != nil {
		return err
	}
	gathered.Set(fields.ByName("count"), protoreflect.ValueOfInt32(int32(list.Len())))
	return stream.SendMsg(gathered)
}

func (s shapes) chat(_ any, stream grpc.ServerStream) error {
	return s.each(stream, func(message proto.Message) error { return stream.SendMsg(message) })
}

func (s shapes) each(stream grpc.ServerStream, take func(proto.Message) error) error {
	for {
		message := dynamicpb.NewMessage(s.shape)
		if err := stream.RecvMsg(message); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := take(message); err != nil {
			return err
		}
	}
}
