package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"sync"
	"time"
)

// fields is the body of one report line.
type fields map[string]any

var (
	started    = time.Now()
	reportLock sync.Mutex
)

// report prints one JSON object on stdout, with its type and the milliseconds since the start.
func report(kind string, body fields) {
	line := fields{"type": kind, "at": float64(time.Since(started).Microseconds()) / 1000}
	for name, value := range body {
		line[name] = value
	}
	reportLock.Lock()
	defer reportLock.Unlock()
	json.NewEncoder(os.Stdout).Encode(line)
}

// frameLog takes what net/http logs of its frames with GODEBUG=http2debug=2.
type frameLog struct{}

var (
	goawayReceived = make(chan struct{}, 1)
	resetSent      = make(chan struct{}, 1)

	framePattern = regexp.MustCompile(`Framer (\w+): (read|wrote) (PING|GOAWAY|RST_STREAM)(.*)`)
	goawayFields = regexp.MustCompile(`LastStreamID=(\d+) ErrCode=(\w+) Debug="(.*)"`)
	ackFlag      = regexp.MustCompile(`flags=ACK`)

	// RFC 9113 section 7; those that peers here send.
	errorCodes = map[string]int{"NO_ERROR": 0, "PROTOCOL_ERROR": 1, "INTERNAL_ERROR": 2, "ENHANCE_YOUR_CALM": 11}
)

func (frameLog) Write(line []byte) (int, error) {
	frame := framePattern.FindSubmatch(line)
	if frame == nil {
		return len(line), nil
	}
	conn, rest := string(frame[1]), frame[4]
	from := map[string]string{"read": "peer", "wrote": "self"}[string(frame[2])]
	switch string(frame[3]) {
	case "PING":
		kind := "ping"
		if ackFlag.Match(rest) {
			kind = "pong"
		}
		report(kind, fields{"conn": conn, "from": from})
	case "GOAWAY":
		goaway := goawayFields.FindSubmatch(rest)
		if goaway == nil {
			break
		}
		last, _ := strconv.Atoi(string(goaway[1]))
		report("goaway", fields{
			"conn": conn, "from": from, "lastStreamId": last,
			"code": errorCodes[string(goaway[2])], "debug": string(goaway[3]),
		})
		if from == "peer" {
			signalOnce(goawayReceived)
		}
	case "RST_STREAM":
		if from == "self" {
			signalOnce(resetSent)
		}
	}
	return len(line), nil
}

func signalOnce(channel chan<- struct{}) {
	select {
	case channel <- struct{}{}:
	default:
	}
}
