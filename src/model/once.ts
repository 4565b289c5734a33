/** What has been asked, by key: a Map or a WeakMap. */
export interface Asked<K, T> {
  get(key: K): Promise<T> | undefined
  set(key: K, value: Promise<T>): unknown
  delete(key: K): unknown
}

/** Computes at the first call for a key; all callers share it. What failed is asked again by the next. */
export function once<K, T>(asked: Asked<K, T>, key: K, compute: () => Promise<T>): Promise<T> {
  const before = asked.get(key)
  if (before) return before
  const computed = compute()
  asked.set(key, computed)
  computed.catch(() => asked.delete(key))
  return computed
}
