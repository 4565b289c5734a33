export type Progress = (line: string) => void

/** Runs something that may take long: says so at once when it takes over two seconds, and how long it took. */
export async function withProgress<T>(what: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  const started = Date.now()
  const slow = setTimeout(() => progress(`${what} …`), 2_000)
  try {
    return await work()
  } finally {
    clearTimeout(slow)
    const seconds = (Date.now() - started) / 1000
    if (seconds > 2) progress(`${what}: ${seconds.toFixed(1)} s`)
  }
}
