package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// A request is one frame of JSON, `{"overlay": "apps/a", "files": [{"path": "apps/a/x.yaml", "link": false}]}`, and one frame for each
// file with its content, or the target of the link.
type request struct {
	overlay string
	tree    *tree
	err     error
}

type requestHeader struct {
	Overlay string `json:"overlay"`
	Files   []struct {
		Path string `json:"path"`
		Link bool   `json:"link"`
	} `json:"files"`
}

// requestsFrom reads ahead, so that the process ends as soon as its parent is gone, in the middle of a build too.
func requestsFrom(in io.Reader) <-chan request {
	requests := make(chan request, 1)
	go func() {
		for {
			next, err := readRequest(in)
			if errors.Is(err, io.EOF) {
				os.Exit(0)
			}
			requests <- request{overlay: next.overlay, tree: next.tree, err: err}
			if err != nil {
				return
			}
		}
	}()
	return requests
}

func readRequest(in io.Reader) (request, error) {
	frame, err := readFrame(in)
	if err != nil {
		return request{}, err
	}
	var header requestHeader
	if err := json.Unmarshal(frame, &header); err != nil {
		return request{}, fmt.Errorf("a request is not JSON: %w", err)
	}
	files := newTree()
	for _, file := range header.Files {
		content, err := readFrame(in)
		if err != nil {
			return request{}, err
		}
		files.add(file.Path, content, file.Link)
	}
	return request{overlay: header.Overlay, tree: files}, nil
}
