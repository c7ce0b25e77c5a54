package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const (
	// grpc-go raises any shorter keepalive time to this and exports no way round it.
	minClientTime = 10 * time.Second
	callTimeout   = 20 * time.Second
	reopenDelay   = 100 * time.Millisecond
	streamedCount = 3
)

func call(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("client", flag.ExitOnError)
	target := flags.String("target", "", "host:port")
	keepaliveTime := durationFlag(flags, "keepalive-time", "silence before a ping")
	keepaliveTimeout := durationFlag(flags, "keepalive-timeout", "wait for the ping's answer")
	permitWithoutStream := flags.Bool("permit-without-stream", false, "ping without streams")
	durationFlag(flags, "ping-every", "ignored: no ping call here")
	method := flags.String("call", "none", "unary, server-stream, client-stream, bidi or none")
	every := durationFlag(flags, "call-every", "repeat the call")
	duration := durationFlag(flags, "duration", "time to stay; 0 leaves when the call is done")
	hold := flags.Bool("hold", false, "keep a bidi stream open")
	flags.Parse(arguments)

	invoke, known := calls[*method]
	if !known {
		return fmt.Errorf("unknown --call %q", *method)
	}
	if isSet(flags, "ping-every") {
		reportUnsupported("--ping-every", "grpc-go has no public ping")
	}
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(rawCodec{}), grpc.WaitForReady(true)),
		grpc.WithContextDialer(dialTapped),
	}
	if *keepaliveTime > 0 {
		if *keepaliveTime < minClientTime {
			reportClamped("--keepalive-time", *keepaliveTime, minClientTime)
		}
		options = append(options, grpc.WithKeepaliveParams(keepalive.ClientParameters{
			Time: *keepaliveTime, Timeout: *keepaliveTimeout, PermitWithoutStream: *permitWithoutStream,
		}))
	}
	channel, err := grpc.NewClient("passthrough:///"+*target, options...)
	if err != nil {
		return err
	}
	defer channel.Close()

	if *duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, *duration)
		defer cancel()
	}
	var tasks sync.WaitGroup
	tasks.Go(func() { watchState(ctx, channel) })
	if *hold {
		tasks.Go(func() { holdStream(ctx, channel) })
	}
	for invoke != nil {
		invoke(ctx, channel)
		if *every == 0 || !sleep(ctx, *every) {
			break
		}
	}
	if *duration == 0 && invoke != nil && !*hold {
		return nil
	}
	<-ctx.Done()
	tasks.Wait()
	return nil
}

func dialTapped(ctx context.Context, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return tap(conn, false), nil
}

// watchState reports every state and leaves IDLE at once, so that a lost connection is replaced.
func watchState(ctx context.Context, channel *grpc.ClientConn) {
	for {
		state := channel.GetState()
		report("state", fields{"state": state.String()})
		if state == connectivity.Idle {
			channel.Connect()
		}
		if !channel.WaitForStateChange(ctx, state) {
			return
		}
	}
}

// holdStream keeps one bidi stream open and quiet, and opens another when it is lost.
func holdStream(ctx context.Context, channel *grpc.ClientConn) {
	for {
		err := holdOnce(ctx, channel)
		if ctx.Err() != nil {
			return
		}
		report("held", fields{"open": false, "code": status.Code(err), "message": status.Convert(err).Message()})
		if !sleep(ctx, reopenDelay) {
			return
		}
	}
}

func holdOnce(ctx context.Context, channel *grpc.ClientConn) error {
	stream, err := channel.NewStream(ctx, &bidiDesc, "/echo.Echo/Bidi")
	if err != nil {
		return err
	}
	message := []byte("hold")
	if err := stream.SendMsg(&message); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := stream.RecvMsg(&message); err != nil {
		return err
	}
	report("held", fields{"open": true})
	if err := stream.RecvMsg(&message); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

var calls = map[string]func(context.Context, *grpc.ClientConn){
	"none": nil,
	"unary": func(ctx context.Context, channel *grpc.ClientConn) {
		reportCall(ctx, "Unary", func(ctx context.Context) (received, error) {
			request, reply := []byte("hello"), []byte(nil)
			err := channel.Invoke(ctx, "/echo.Echo/Unary", &request, &reply)
			return received{1, len(reply)}, err
		})
	},
	"server-stream": streamCall("ServerStream", &serverStreamDesc, 1),
	"client-stream": streamCall("ClientStream", &clientStreamDesc, streamedCount),
	"bidi":          streamCall("Bidi", &bidiDesc, streamedCount),
}

type received struct{ messages, bytes int }

func streamCall(method string, desc *grpc.StreamDesc, count int) func(context.Context, *grpc.ClientConn) {
	return func(ctx context.Context, channel *grpc.ClientConn) {
		reportCall(ctx, method, func(ctx context.Context) (received, error) {
			ctx = metadata.AppendToOutgoingContext(ctx, "x-repeat", fmt.Sprint(streamedCount))
			stream, err := channel.NewStream(ctx, desc, "/echo.Echo/"+method)
			if err != nil {
				return received{}, err
			}
			message := []byte("hello")
			for range count {
				if err := stream.SendMsg(&message); err != nil {
					break
				}
			}
			stream.CloseSend()
			return receiveAll(stream)
		})
	}
}

func receiveAll(stream grpc.ClientStream) (total received, err error) {
	for {
		var message []byte
		if err := stream.RecvMsg(&message); errors.Is(err, io.EOF) {
			return total, nil
		} else if err != nil {
			return total, err
		}
		total.messages++
		total.bytes += len(message)
	}
}

func reportCall(ctx context.Context, method string, perform func(context.Context) (received, error)) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	begun := time.Now()
	total, err := perform(ctx)
	report("call", fields{
		"method": method, "code": status.Code(err), "message": status.Convert(err).Message(),
		"messages": total.messages, "bytes": total.bytes, "ms": millis(time.Since(begun)),
	})
}

// sleep waits, and tells whether the context outlived the wait.
func sleep(ctx context.Context, wait time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(wait):
		return true
	}
}
