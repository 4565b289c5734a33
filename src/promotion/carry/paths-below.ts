/** The paths below a directory, found in a sorted list by halving it. */
export function pathsBelow(sorted: readonly string[], directory: string): string[] {
  const prefix = `${directory}/`
  const found: string[] = []
  for (let at = firstFrom(sorted, prefix); sorted[at]?.startsWith(prefix); at += 1) found.push(sorted[at] ?? '')
  return found
}

/** Index of the first path that is not before `wanted`. */
function firstFrom(sorted: readonly string[], wanted: string): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? '') < wanted) low = middle + 1
    else high = middle
  }
  return low
}
