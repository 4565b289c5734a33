/** Computes at the first call; all callers share it. */
export function memoised<T>(compute: () => Promise<T>): () => Promise<T> {
  let computed: Promise<T> | undefined
  return () => {
    computed ??= compute()
    return computed
  }
}
