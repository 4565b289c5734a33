/** Runs `work` for every item, at most `limit` at a time; answers in the items' order. After the first failure none is begun. */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const lane = async () => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index] as T)
    }
  }
  const lanes = Array.from({ length: Math.min(limit, items.length) }, lane)
  await Promise.all(lanes).catch((error) => {
    next = items.length
    throw error
  })
  return results
}
