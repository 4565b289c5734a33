package main

import (
	"bufio"
	"encoding/json"
)

// outcome says what the second frame of an answer holds.
type outcome string

const (
	rendered outcome = "rendered" // what kustomize prints on standard output
	refused  outcome = "refused"  // the words of its error
	panicked outcome = "panicked" // the words of the panic
)

// An answer is one frame of JSON, `{"outcome": "rendered"}`, and one with the text. After `"spent": true` the process ends by itself.
type answer struct {
	outcome outcome
	text    []byte
	spent   bool
}

// writeGreeting writes the first frame of all: this program runs.
func writeGreeting(out *bufio.Writer) error {
	if err := writeFrame(out, []byte(`{"kustomize": "`+kustomizeVersion()+`"}`)); err != nil {
		return err
	}
	return out.Flush()
}

func writeAnswer(out *bufio.Writer, given answer) error {
	header, err := json.Marshal(map[string]any{"outcome": given.outcome, "spent": given.spent})
	if err != nil {
		return err
	}
	if err := writeFrame(out, header); err != nil {
		return err
	}
	if err := writeFrame(out, given.text); err != nil {
		return err
	}
	return out.Flush()
}
