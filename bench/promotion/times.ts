/** Milliseconds of each of `runs` runs, after one that is not counted. */
export async function timesOf(runs: number, work: () => Promise<unknown>): Promise<number[]> {
  await work()
  const times: number[] = []
  for (let done = 0; done < runs; done += 1) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
  }
  return times
}
