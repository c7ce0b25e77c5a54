// The server or the client of the scene that grpc-go's OpenTelemetry plugin
// measures and traces. It reports on stdout, one JSON object a line.
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
)

func main() {
	if len(os.Args) < 2 {
		fail("usage: grpc_go_otel server|client [flags]")
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	port := flags.Int("port", 0, "port to listen on")
	target := flags.String("target", "", "server of the calls")
	dead := flags.String("dead", "", "address at which nobody listens")
	linger := flags.Bool("linger", false, "make one call, and wait until the connection is lost")
	instrumentation := flags.String("instrumentation", "plugin", "plugin or otelgrpc")
	flags.Parse(os.Args[2:])
	telemetry := newTelemetry(*instrumentation)
	switch os.Args[1] {
	case "server":
		serve(*port, telemetry)
	case "client":
		if *linger {
			waitForEnd(*target, telemetry)
			break
		}
		makeCalls(*target, *dead, telemetry)
	default:
		fail("unknown role " + os.Args[1])
	}
	report(telemetry.collected())
}

func serve(port int, telemetry *telemetry) {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		fail(err.Error())
	}
	server := grpc.NewServer(telemetry.serverOption(), grpc.ForceServerCodec(rawCodec{}))
	server.RegisterService(&wordsService, nil)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go server.Serve(listener)
	report(map[string]any{"type": "listening", "port": listener.Addr().(*net.TCPAddr).Port})
	<-ctx.Done()
	server.GracefulStop()
}

func report(event any) {
	line, err := json.Marshal(event)
	if err != nil {
		fail(err.Error())
	}
	fmt.Println(string(line))
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(1)
}
