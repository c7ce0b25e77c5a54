package main

import (
	"bufio"
	"encoding/hex"
	"io"
	"net"
	"sync"
	"sync/atomic"

	"golang.org/x/net/http2"
)

var connections atomic.Int64

// tappedListener taps every connection that it accepts.
type tappedListener struct{ net.Listener }

func (l tappedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return tap(conn, true), nil
}

// tappedConn copies both directions of a connection to frame readers that
// report PING and GOAWAY.
type tappedConn struct {
	net.Conn
	id       int64
	received *io.PipeWriter
	sent     *io.PipeWriter
	// Held while octets are written and reported: who closes waits for that.
	writing sync.Mutex
	closing sync.Once
}

func tap(conn net.Conn, isServer bool) net.Conn {
	id := connections.Add(1)
	report("connection", fields{"conn": id, "remote": conn.RemoteAddr().String()})
	return &tappedConn{
		Conn:     conn,
		id:       id,
		received: watchFrames(id, "peer", isServer),
		sent:     watchFrames(id, "self", !isServer),
	}
}

func (c *tappedConn) Read(buffer []byte) (int, error) {
	n, err := c.Conn.Read(buffer)
	c.received.Write(buffer[:n])
	return n, err
}

func (c *tappedConn) Write(buffer []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	n, err := c.Conn.Write(buffer)
	c.sent.Write(buffer[:n])
	return n, err
}

func (c *tappedConn) Close() error {
	// This ends a Write that hangs.
	err := c.Conn.Close()
	c.closing.Do(func() {
		c.writing.Lock()
		defer c.writing.Unlock()
		c.received.Close()
		c.sent.Close()
		report("disconnected", fields{"conn": c.id})
	})
	return err
}

// watchFrames reports the frames written to the pipe that it returns.
func watchFrames(id int64, from string, startsWithPreface bool) *io.PipeWriter {
	reader, writer := io.Pipe()
	go func() {
		defer io.Copy(io.Discard, reader)
		bytes := bufio.NewReader(reader)
		if startsWithPreface {
			if _, err := bytes.Discard(len(http2.ClientPreface)); err != nil {
				return
			}
		}
		framer := http2.NewFramer(io.Discard, bytes)
		for {
			frame, err := framer.ReadFrame()
			if err != nil {
				return
			}
			reportFrame(id, from, frame)
		}
	}()
	return writer
}

func reportFrame(id int64, from string, frame http2.Frame) {
	switch frame := frame.(type) {
	case *http2.PingFrame:
		kind := "ping"
		if frame.IsAck() {
			kind = "pong"
		}
		report(kind, fields{"conn": id, "from": from, "data": hex.EncodeToString(frame.Data[:])})
	case *http2.GoAwayFrame:
		report("goaway", fields{
			"conn": id, "from": from, "code": frame.ErrCode,
			"lastStreamId": frame.LastStreamID, "debug": string(frame.DebugData()),
		})
	}
}
