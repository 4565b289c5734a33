package main

import (
	"math"
	"runtime"
	"runtime/debug"
)

const (
	// largeRequest is where a build's own data outweighs the garbage it makes.
	largeRequest = 512 << 10
	// fastPercent spends memory on fewer collections, up to the soft limit.
	fastPercent = 400
	softLimit   = 112 << 20
	// keepBytes is what a process may hold on to between two builds.
	keepBytes = 96 << 20
)

// tuneMemory gives small builds the room to leave their garbage lie; large ones are as frugal as a kustomize of their own.
func tuneMemory(requestBytes int) {
	percent, limit := fastPercent, int64(softLimit)
	if requestBytes > largeRequest {
		percent, limit = 100, math.MaxInt64
	}
	debug.SetGCPercent(percent)
	debug.SetMemoryLimit(limit)
}

// trimMemory gives back to the system what a large build has left behind.
func trimMemory() {
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	if now.Sys-now.HeapReleased > keepBytes {
		debug.FreeOSMemory()
	}
}
