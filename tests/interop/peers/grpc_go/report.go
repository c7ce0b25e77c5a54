package main

import (
	"encoding/json"
	"os"
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
	line := fields{"type": kind, "at": millis(time.Since(started))}
	for name, value := range body {
		line[name] = value
	}
	reportLock.Lock()
	defer reportLock.Unlock()
	json.NewEncoder(os.Stdout).Encode(line)
}

func reportUnsupported(flag, why string) {
	report("unsupported", fields{"flag": flag, "why": why})
}

func millis(d time.Duration) float64 {
	return float64(d.Microseconds()) / 1000
}
