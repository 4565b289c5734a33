/** Contents by path; `null` is a file that is not there any more. */
export type Files = ReadonlyMap<string, string | null>

/** In what two sets of changed files differ, each as a few words with the first line that does; empty when they are the same bytes. */
export function compareFiles(ours: Files, theirs: Files): string[] {
  const paths = [...new Set([...ours.keys(), ...theirs.keys()])].sort()
  return paths.flatMap((path) => {
    const mine = ours.get(path)
    const wanted = theirs.get(path)
    if (mine === wanted) return []
    if (mine === undefined) return [`${path}: not changed by Lockstep`]
    if (wanted === undefined) return [`${path}: changed by Lockstep alone`]
    return [`${path}: ${firstDifference(mine ?? '', wanted ?? '')}`]
  })
}

function firstDifference(ours: string, theirs: string): string {
  const left = ours.split('\n')
  const right = theirs.split('\n')
  const at = left.findIndex((line, index) => line !== right[index])
  const line = at === -1 ? left.length : at
  return `line ${line + 1} is ${shown(left[line])}, theirs ${shown(right[line])}`
}

function shown(line: string | undefined): string {
  return line === undefined ? 'missing' : `"${line.trim().slice(0, 100)}"`
}
