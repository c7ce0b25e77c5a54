package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
)

// stopGrace bounds the graceful stop, so that a client that never leaves cannot hold the process.
const stopGrace = 2 * time.Second

func serve(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("server", flag.ExitOnError)
	port := flags.Int("port", 0, "port on 127.0.0.1; 0 picks one")
	permitWithoutStream := flags.Bool("permit-without-stream", false, "pings without streams are no strikes")
	minTime := durationFlag(flags, "min-time", "shortest time between pings")
	flags.Int("max-ping-strikes", 2, "ignored: a constant here")
	parameters := keepalive.ServerParameters{}
	durationVar(flags, &parameters.Time, "keepalive-time", "silence before a ping")
	durationVar(flags, &parameters.Timeout, "keepalive-timeout", "wait for the ping's answer")
	durationVar(flags, &parameters.MaxConnectionIdle, "max-connection-idle", "longest time without streams")
	durationVar(flags, &parameters.MaxConnectionAge, "max-connection-age", "longest life of a connection")
	durationVar(flags, &parameters.MaxConnectionAgeGrace, "max-connection-age-grace", "time for streams after that")
	flags.Parse(arguments)

	if isSet(flags, "max-ping-strikes") {
		reportUnsupported("--max-ping-strikes", "grpc-go always allows 2 strikes")
	}
	const minServerTime = time.Second
	if parameters.Time > 0 && parameters.Time < minServerTime {
		reportClamped("--keepalive-time", parameters.Time, minServerTime)
	}

	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		return err
	}
	server := grpc.NewServer(
		grpc.ForceServerCodec(rawCodec{}),
		grpc.KeepaliveParams(parameters),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{
			MinTime:             *minTime,
			PermitWithoutStream: *permitWithoutStream,
		}),
	)
	server.RegisterService(&echoService, struct{}{})
	report("listening", fields{"port": listener.Addr().(*net.TCPAddr).Port})

	go func() {
		<-ctx.Done()
		hardStop := time.AfterFunc(stopGrace, server.Stop)
		defer hardStop.Stop()
		server.GracefulStop()
	}()
	return server.Serve(tappedListener{listener})
}
