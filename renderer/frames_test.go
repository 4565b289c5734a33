package main

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestFramesComeBackAsTheyWereWritten(t *testing.T) {
	var stream bytes.Buffer
	written := []string{"", "one", strings.Repeat("x", 100_000)}
	for _, frame := range written {
		if err := writeFrame(&stream, []byte(frame)); err != nil {
			t.Fatal(err)
		}
	}
	for _, frame := range written {
		read, err := readFrame(&stream)
		same(t, "frame", frame, string(read))
		same(t, "error", "", text(err))
	}
	if _, err := readFrame(&stream); !errors.Is(err, io.EOF) {
		t.Errorf("the end of the stream: %v", err)
	}
}

func TestBrokenStreamsAreErrors(t *testing.T) {
	for name, stream := range map[string]string{
		"a length cut short": "\x00\x00",
		"a frame cut short":  "\x00\x00\x00\x05abc",
		"a frame too large":  "\xff\xff\xff\xff",
	} {
		if _, err := readFrame(strings.NewReader(stream)); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
