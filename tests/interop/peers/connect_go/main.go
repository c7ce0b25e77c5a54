// Command connect_go is connect-go as a peer, with the gRPC protocol: an echo
// server and client that report, and the programs of the interop cases.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var roles = map[string]func(context.Context, flags) error{
	"server": serveEcho, "client": callEcho, "cases-server": serveCases, "cases-client": runCase,
	"details": exchangeDetails, "shapes": serveShapes,
}

func main() {
	if len(os.Args) < 2 || roles[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: connect_go server|client|cases-server|cases-client|details|shapes [flags]")
		os.Exit(2)
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	if err := roles[os.Args[1]](ctx, parseFlags(os.Args[2:])); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// flags are --name value, --name=value, or --name alone for a switch.
type flags map[string]string

func parseFlags(args []string) flags {
	parsed := flags{}
	for i := 0; i < len(args); i++ {
		name, value, found := strings.Cut(strings.TrimLeft(args[i], "-"), "=")
		if !found && i+1 < len(args) && !strings.HasPrefix(args[i+1], "--") {
			i++
			value = args[i]
		}
		parsed[name] = value
	}
	return parsed
}

func (f flags) has(name string) bool {
	_, found := f[name]
	return found
}

func (f flags) duration(name string) time.Duration {
	count, _ := strconv.Atoi(f[name])
	return time.Duration(count) * time.Millisecond
}
