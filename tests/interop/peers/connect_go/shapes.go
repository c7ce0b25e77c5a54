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
	"connectrpc.com/grpcreflect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/durationpb"
)

const shapesService = "shapes.v1.Shapes"

// message is a message that is made from its descriptor.
type message = dynamicpb.Message

// serveShapes serves shapes.v1.Shapes and one version of reflection, out of a
// FileDescriptorSet: --descriptors FILE --reflection v1|v1alpha.
func serveShapes(ctx context.Context, flags flags) error {
	files, err := readDescriptors(flags["descriptors"])
	if err != nil {
		return err
	}
	found, err := files.FindDescriptorByName(shapesService)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	handleShapes(mux, found.(protoreflect.ServiceDescriptor).Methods())
	names := grpcreflect.NamerFunc(func() []string { return []string{shapesService} })
	reflector := grpcreflect.NewReflector(names, grpcreflect.WithDescriptorResolver(files))
	switch flags["reflection"] {
	case "v1":
		mux.Handle(grpcreflect.NewHandlerV1(reflector))
	case "v1alpha":
		mux.Handle(grpcreflect.NewHandlerV1Alpha(reflector))
	default:
		return fmt.Errorf("expected --reflection v1 or v1alpha, received %q", flags["reflection"])
	}
	return serve(ctx, flags, mux, func(addr net.Addr) {
		report("listening", fields{"port": addr.(*net.TCPAddr).Port})
	})
}

func readDescriptors(path string) (*protoregistry.Files, error) {
	octets, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	set := new(descriptorpb.FileDescriptorSet)
	if err := proto.Unmarshal(octets, set); err != nil {
		return nil, err
	}
	return protodesc.NewFiles(set)
}

func handleShapes(mux *http.ServeMux, methods protoreflect.MethodDescriptors) {
	path := func(name string) string { return "/" + shapesService + "/" + name }
	options := func(name protoreflect.Name) connect.HandlerOption {
		method := methods.ByName(name)
		return connect.WithHandlerOptions(
			connect.WithSchema(method),
			connect.WithRequestInitializer(func(_ connect.Spec, given any) error {
				*given.(*message) = *dynamicpb.NewMessage(method.Input())
				return nil
			}),
		)
	}
	mux.Handle(path("Echo"), connect.NewUnaryHandler(path("Echo"), echoShape, options("Echo")))
	mux.Handle(path("Repeat"), connect.NewServerStreamHandler(path("Repeat"), repeatShape, options("Repeat")))
	gather := gatherInto(methods.ByName("Gather").Output())
	mux.Handle(path("Gather"), connect.NewClientStreamHandler(path("Gather"), gather, options("Gather")))
	mux.Handle(path("Chat"), connect.NewBidiStreamHandler(path("Chat"), chatShapes, options("Chat")))
}

func field(of *message, name protoreflect.Name) protoreflect.Value {
	return of.Get(of.Descriptor().Fields().ByName(name))
}

func echoShape(_ context.Context, request *connect.Request[message]) (*connect.Response[message], error) {
	if field(request.Msg, "text").String() == "fail" {
		return nil, failure(connect.CodeFailedPrecondition, "the shape is no good",
			&errdetails.ErrorInfo{Reason: "SQUARE", Domain: "shapes.example", Metadata: map[string]string{"corners": "4"}},
			&errdetails.RetryInfo{RetryDelay: durationpb.New(1500 * time.Millisecond)},
		)
	}
	return connect.NewResponse(request.Msg), nil
}

func repeatShape(_ context.Context, request *connect.Request[message], stream *connect.ServerStream[message]) error {
	for range field(request.Msg, "small").Int() {
		if err := stream.Send(request.Msg); err != nil {
			return err
		}
	}
	return nil
}

func gatherInto(gathered protoreflect.MessageDescriptor) func(context.Context, *connect.ClientStream[message]) (*connect.Response[message], error) {
	return func(_ context.Context, stream *connect.ClientStream[message]) (*connect.Response[message], error) {
		answer := dynamicpb.NewMessage(gathered)
		list := answer.Mutable(gathered.Fields().ByName("shapes")).List()
		for stream.Receive() {
			list.Append(protoreflect.ValueOfMessage(stream.Msg()))
		}
		answer.Set(gathered.Fields().ByName("count"), protoreflect.ValueOfInt32(int32(list.Len())))
		return connect.NewResponse(answer), stream.Err()
	}
}

func chatShapes(_ context.Context, stream *connect.BidiStream[message, message]) error {
	for {
		shape, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = stream.Send(shape)
		}
		if err != nil {
			return err
		}
	}
}
