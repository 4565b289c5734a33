package main

import (
	"encoding/binary"
	"fmt"
	"io"
)

// A frame is its length in bytes (32 bits, big-endian) and as many bytes.
const maxFrame = 1 << 30

// readFrame answers io.EOF where the stream ends between two frames.
func readFrame(in io.Reader) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(in, length[:]); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(length[:])
	if size > maxFrame {
		return nil, fmt.Errorf("a frame of %d bytes is larger than any request", size)
	}
	frame := make([]byte, size)
	if _, err := io.ReadFull(in, frame); err != nil {
		return nil, fmt.Errorf("the stream ended within a frame: %w", err)
	}
	return frame, nil
}

func writeFrame(out io.Writer, frame []byte) error {
	var length [4]byte
	binary.BigEndian.PutUint32(length[:], uint32(len(frame)))
	if _, err := out.Write(length[:]); err != nil {
		return err
	}
	_, err := out.Write(frame)
	return err
}
