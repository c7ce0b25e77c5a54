// Command grpc_go is grpc-go as a program of calls.ts.
package main

import (
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
	switch {
	case len(arguments) == 1 && arguments[0] == "server":
		return serve()
	case len(arguments) == 2 && arguments[0] == "client":
		return work(arguments[1])
	}
	return fmt.Errorf("usage: grpc_go server | client <target>")
}
