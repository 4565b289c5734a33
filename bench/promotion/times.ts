/** Milliseconds of one run. */
export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** Milliseconds of each of `runs` runs, after one that is not counted. */
export async function timesOf(runs: number, work: () => Promise<unknown>): Promise<number[]> {
  await work()
  const times: number[] = []
  for (let done = 0; done < runs; done += 1) times.push(await timeOf(work))
  return times
}
