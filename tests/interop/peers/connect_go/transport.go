package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// stopGrace bounds the graceful stop, so that a client that never leaves cannot hold the process.
const stopGrace = 2 * time.Second

// serve serves HTTP/2 without TLS until the context ends, and then stops gracefully.
func serve(ctx context.Context, flags flags, handler http.Handler, listening func(net.Addr)) error {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", flags["port"]))
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:     handler,
		Protocols:   new(http.Protocols),
		IdleTimeout: flags.duration("max-connection-idle"),
		HTTP2: &http.HTTP2Config{
			SendPingTimeout: flags.duration("keepalive-time"),
			PingTimeout:     flags.duration("keepalive-timeout"),
		},
	}
	server.Protocols.SetUnencryptedHTTP2(true)
	listening(listener.Addr())
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.Background(), stopGrace)
		defer cancel()
		if server.Shutdown(grace) != nil {
			server.Close()
		}
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	<-stopped
	return nil
}

// newClient makes a client of HTTP/2 without TLS.
func newClient(flags flags) *http.Client {
	transport := &http.Transport{
		Protocols: new(http.Protocols),
		HTTP2: &http.HTTP2Config{
			SendPingTimeout: flags.duration("keepalive-time"),
			PingTimeout:     flags.duration("keepalive-timeout"),
		},
	}
	transport.Protocols.SetUnencryptedHTTP2(true)
	return &http.Client{Transport: transport}
}
