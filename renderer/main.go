// The resident renderer: kustomize's own build command, kept running behind a pipe. It reads requests from standard input and answers
// on standard output, one build at a time; each request brings every file that its build may read.
package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "version" {
		fmt.Println(kustomizeVersion())
		return
	}
	answers := os.Stdout
	os.Stdout = os.Stderr // Whatever the library prints must not come between the frames.
	closeNetwork()
	takeBallast()
	if err := serve(requestsFrom(bufio.NewReader(os.Stdin)), bufio.NewWriter(answers)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve answers requests until there are no more, or until a build has left this process unfit for another.
func serve(requests <-chan request, out *bufio.Writer) error {
	if err := writeGreeting(out); err != nil {
		return err
	}
	for next := range requests {
		if next.err != nil {
			return next.err
		}
		done := build(next.overlay, next.tree)
		if err := writeAnswer(out, done); err != nil {
			return err
		}
		if done.spent {
			return nil
		}
		trimMemory()
	}
	return nil
}
