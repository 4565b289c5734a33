package main

import (
	"errors"
	"path"
	"strings"
	"syscall"
)

// root is where the files of a request are, as absolute paths and error messages have it.
const root = "/lockstep-render"

const maxLinks = 255

type node struct {
	content   []byte
	link      bool
	directory bool
}

// A tree holds the files and links of one request. There is nothing else to read: it has no connection to the disk.
type tree struct {
	nodes map[string]node // by absolute path
}

func newTree() *tree {
	return &tree{nodes: map[string]node{"/": {directory: true}, root: {directory: true}}}
}

// add takes names relative to the root. Those that lead out of it end up elsewhere in the tree, never on the disk.
func (t *tree) add(name string, content []byte, link bool) {
	at := path.Join(root, name)
	t.nodes[at] = node{content: content, link: link}
	for parent := path.Dir(at); !t.nodes[parent].directory; parent = path.Dir(parent) {
		t.nodes[parent] = node{directory: true}
	}
}

// resolve follows every link on the way, as the operating system does. Answers the real path and what is there.
func (t *tree) resolve(name string) (string, node, error) {
	rest := strings.Split(absolute(name), "/")
	at, links := "/", 0
	for len(rest) > 0 {
		part := rest[0]
		rest = rest[1:]
		if part == "" || part == "." {
			continue
		}
		next := path.Join(at, part)
		found, exists := t.nodes[next]
		switch {
		case !exists:
			return next, node{}, syscall.ENOENT
		case found.link:
			if links++; links > maxLinks {
				return next, node{}, errTooManyLinks
			}
			target := string(found.content)
			if path.IsAbs(target) {
				at = "/"
			}
			rest = append(strings.Split(target, "/"), rest...)
		case !found.directory && len(rest) > 0:
			return next, node{}, syscall.ENOTDIR
		default:
			at = next
		}
	}
	return at, t.nodes[at], nil
}

var errTooManyLinks = errors.New("too many links")

func absolute(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(root, name)
}
