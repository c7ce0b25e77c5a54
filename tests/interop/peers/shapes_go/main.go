// Command shapes_go serves shapes.proto on grpc-go, with messages that are
// made from the descriptors, and with reflection.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"

	"google.golang.org/grpc"
	"google.golang.org/grpc/reflection"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	reflectionv1alpha "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	flags := flag.NewFlagSet("shapes_go", flag.ExitOnError)
	proto := flags.String("proto", "", "the path of shapes.proto")
	descriptors := flags.String("descriptors", "", "write a FileDescriptorSet to this file, and end")
	version := flags.String("reflection", "v1", "v1, v1alpha or none")
	port := flags.Int("port", 0, "port on 127.0.0.1; 0 picks one")
	flags.Parse(arguments)
	files, err := compile(*proto)
	if err != nil {
		return err
	}
	if *descriptors != "" {
		return write(files, *descriptors)
	}
	server := grpc.NewServer()
	if err := register(server, files); err != nil {
		return err
	}
	options := reflection.ServerOptions{
		Services:           server,
		DescriptorResolver: files,
	}
	switch *version {
	case "v1":
		reflectionv1.RegisterServerReflectionServer(server, reflection.NewServerV1(options))
	case "v1alpha":
		reflectionv1alpha.RegisterServerReflectionServer(server, reflection.NewServer(options))
	}
	return listen(server, *port)
}

func listen(server *grpc.Server, port int) error {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	go func() {
		<-ctx.Done()
		server.Stop()
	}()
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"type": "listening", "port": listener.Addr().(*net.TCPAddr).Port,
	})
	return server.Serve(listener)
}
