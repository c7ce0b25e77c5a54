// Command idle_go is grpc-go as a program of idle.ts.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
)

// pingTime is the silence after which a PING is sent.
const pingTime = 10 * time.Second

// opening is how many connections are opened at once.
const opening = 64

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	switch {
	case len(arguments) == 1 && arguments[0] == "server":
		return serve()
	case len(arguments) == 2 && arguments[0] == "client":
		return connect(arguments[1])
	}
	return errors.New("usage: idle_go server | client <target>")
}

// rawCodec passes messages through as bytes.
type rawCodec struct{}

func (rawCodec) Name() string { return "proto" }

func (rawCodec) Marshal(value any) ([]byte, error) {
	message, ok := value.(*[]byte)
	if !ok {
		return nil, fmt.Errorf("expected *[]byte, received %T", value)
	}
	return *message, nil
}

func (rawCodec) Unmarshal(data []byte, value any) error {
	message, ok := value.(*[]byte)
	if !ok {
		return fmt.Errorf("expected *[]byte, received %T", value)
	}
	*message = append([]byte(nil), data...)
	return nil
}

func serve() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer(
		grpc.ForceServerCodec(rawCodec{}),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: pingTime}))
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "echo.Echo",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Unary", Handler: unary}},
	}, struct{}{})
	fmt.Printf("{\"port\":%d}\n", listener.Addr().(*net.TCPAddr).Port)
	return server.Serve(listener)
}

func unary(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	message := new([]byte)
	return message, decode(message)
}

type order struct {
	Open   int     `json:"open"`
	Spread float64 `json:"spread"`
	Calls  int     `json:"calls"`
	Close  bool    `json:"close"`
}

func connect(target string) error {
	orders, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	var conns []*grpc.ClientConn
	if err := answers.Encode(struct{}{}); err != nil {
		return err
	}
	for {
		var next order
		if err := orders.Decode(&next); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		var answer any = struct{}{}
		var err error
		switch {
		case next.Close:
			for _, conn := range conns {
				conn.Close()
			}
			conns = nil
		case next.Calls > 0:
			answer, err = timeCalls(target, next.Calls)
		default:
			conns, err = openAll(target, next.Open, next.Spread)
		}
		if err != nil {
			return err
		}
		if err := answers.Encode(answer); err != nil {
			return err
		}
	}
}

// timeCalls answers with the microseconds from the beginning of each to the response.
func timeCalls(target string, count int) ([]float64, error) {
	times := make([]float64, count)
	for i := range times {
		begin := time.Now()
		conn, err := dial(target)
		if err != nil {
			return nil, err
		}
		request, response := make([]byte, 32), []byte(nil)
		if err := conn.Invoke(context.Background(), "/echo.Echo/Unary", &request, &response); err != nil {
			return nil, err
		}
		times[i] = float64(time.Since(begin)) / float64(time.Microsecond)
		conn.Close()
	}
	return times, nil
}

func openAll(target string, count int, spread float64) ([]*grpc.ClientConn, error) {
	conns := make([]*grpc.ClientConn, count)
	begin := time.Now()
	var openers errgroup.Group
	openers.SetLimit(opening)
	for i := range conns {
		share := spread * float64(i) / float64(count)
		time.Sleep(time.Until(begin.Add(time.Duration(share * float64(time.Millisecond)))))
		openers.Go(func() error {
			conn, err := dial(target)
			if err != nil {
				return err
			}
			conns[i] = conn
			conn.Connect()
			for state := conn.GetState(); state != connectivity.Ready; state = conn.GetState() {
				conn.WaitForStateChange(context.Background(), state)
			}
			return nil
		})
	}
	return conns, openers.Wait()
}

func dial(target string) (*grpc.ClientConn, error) {
	return grpc.NewClient(target,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(rawCodec{})),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{
			Time:                pingTime,
			PermitWithoutStream: true,
		}))
}
