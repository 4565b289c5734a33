package main

import (
	"runtime"
	"runtime/debug"
)

const (
	// ballastBytes stand in the heap without ever being touched: the collector lets as much garbage more pile up before it runs. Large
	// builds, which outweigh it, stay as frugal as a kustomize of their own.
	ballastBytes = 32 << 20
	// keepBytes is what a process may hold on to between two builds.
	keepBytes = ballastBytes + 96<<20
)

var ballast []byte

func takeBallast() {
	ballast = make([]byte, ballastBytes)
}

// trimMemory gives back to the system what a large build has left behind.
func trimMemory() {
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	if now.Sys-now.HeapReleased > keepBytes {
		debug.FreeOSMemory()
	}
}
