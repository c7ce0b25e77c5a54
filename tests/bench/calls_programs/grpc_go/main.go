// Command grpc_go is grpc-go as a program of calls.ts and peers.ts.
package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) > 0 {
		rest := arguments[1:]
		switch {
		case arguments[0] == "server" && len(rest) == 0:
			return serve()
		case arguments[0] == "server" && len(rest) == 2:
			return serveTLS(rest[0], rest[1])
		case arguments[0] == "client" && len(rest) == 1:
			return work(rest[0], "")
		case arguments[0] == "client" && len(rest) == 2:
			return work(rest[0], rest[1])
		}
	}
	return errors.New("usage: grpc_go server [<certificate> <key>] | client <target> [<authority>]")
}
