// Command grpc_go is an echo server and client on grpc-go that reports, one
// JSON object a line, what happens on its connections.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	run := map[string]func(context.Context, []string) error{
		"server":     serve,
		"client":     call,
		"scene":      scene,
		"channelz":   askChannelz,
		"reflection": askReflection,
		"details":    exchangeDetails,
	}
	if len(os.Args) < 2 || run[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: grpc_go server|client|scene|channelz|reflection|details [flags]")
		os.Exit(2)
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	if err := run[os.Args[1]](ctx, os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	report("stopped", nil)
}

func durationFlag(flags *flag.FlagSet, name, usage string) *time.Duration {
	duration := new(time.Duration)
	durationVar(flags, duration, name, usage)
	return duration
}

func durationVar(flags *flag.FlagSet, target *time.Duration, name, usage string) {
	flags.Func(name, usage+", in ms", func(text string) error {
		count, err := strconv.ParseUint(text, 10, 32)
		*target = time.Duration(count) * time.Millisecond
		return err
	})
}

func isSet(flags *flag.FlagSet, name string) bool {
	found := false
	flags.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

func reportClamped(flag string, asked, used time.Duration) {
	report("clamped", fields{"flag": flag, "asked": millis(asked), "used": millis(used)})
}
