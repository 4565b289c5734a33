import type { ChildProcess } from 'node:child_process'

/** Children started with `detached: true`: each leads a process group of its own. */
const running = new Set<ChildProcess>()

/** A group of its own does not get the terminal's Ctrl-C; whatever still runs when this process leaves is taken along. */
export function trackGroup(child: ChildProcess): void {
  if (running.size === 0 && process.listenerCount('exit', killAll) === 0) process.on('exit', killAll)
  running.add(child)
}

export function forgetGroup(child: ChildProcess): void {
  running.delete(child)
}

/** Kills the child and everything it started. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // The group is gone already.
  }
}

function killAll(): void {
  for (const child of running) killGroup(child)
}
