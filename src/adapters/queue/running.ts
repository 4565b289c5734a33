/** A handler that was called. */
export interface Running {
  readonly abort: AbortController
  /** Never rejects. */
  readonly done: Promise<void>
}

/** Waits for runs to end, and aborts them once the grace is over: before it returns where there is none. */
export async function endRuns(running: Iterable<Running>, graceMs: number): Promise<void> {
  const runs = [...running]
  const abortAll = () => {
    for (const { abort } of runs) abort.abort()
  }
  if (graceMs <= 0) abortAll()
  const deadline = graceMs > 0 ? setTimeout(abortAll, graceMs) : undefined
  await Promise.all(runs.map(({ done }) => done))
  clearTimeout(deadline)
}
