package main

import (
	"strings"
	"testing"
)

func same(t *testing.T, what, want, got string) {
	t.Helper()
	if want != got {
		t.Errorf("%s: want %q, got %q", what, want, got)
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func replace(text, folder string) string {
	return strings.ReplaceAll(text, folder, "ROOT")
}
