package main

import (
	"context"
	"flag"

	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// askReflection asks v1alpha of a server: its services, and the file of one symbol.
func askReflection(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("reflection", flag.ExitOnError)
	target := flags.String("target", "", "host:port")
	symbol := flags.String("symbol", "", "a full name")
	flags.Parse(arguments)
	cc, err := dial(*target)
	if err != nil {
		return err
	}
	defer cc.Close()
	stream, err := reflectionpb.NewServerReflectionClient(cc).ServerReflectionInfo(ctx)
	if err != nil {
		return err
	}
	ask := func(request *reflectionpb.ServerReflectionRequest) (*reflectionpb.ServerReflectionResponse, error) {
		if err := stream.Send(request); err != nil {
			return nil, err
		}
		return stream.Recv()
	}
	list, err := ask(&reflectionpb.ServerReflectionRequest{
		MessageRequest: &reflectionpb.ServerReflectionRequest_ListServices{},
	})
	if err != nil {
		return err
	}
	services := []string{}
	for _, each := range list.GetListServicesResponse().GetService() {
		services = append(services, each.Name)
	}
	found, err := ask(&reflectionpb.ServerReflectionRequest{
		MessageRequest: &reflectionpb.ServerReflectionRequest_FileContainingSymbol{FileContainingSymbol: *symbol},
	})
	if err != nil {
		return err
	}
	files := []string{}
	for _, each := range found.GetFileDescriptorResponse().GetFileDescriptorProto() {
		file := &descriptorpb.FileDescriptorProto{}
		if err := proto.Unmarshal(each, file); err != nil {
			return err
		}
		files = append(files, file.GetName())
	}
	none, err := ask(&reflectionpb.ServerReflectionRequest{
		MessageRequest: &reflectionpb.ServerReflectionRequest_FileContainingSymbol{FileContainingSymbol: "no.Such"},
	})
	if err != nil {
		return err
	}
	report("reflection", fields{
		"services": services,
		"files":    files,
		"missing":  none.GetErrorResponse().GetErrorCode(),
	})
	return nil
}
