import { git } from '../replay/clone.ts'

/** What a commit made of each file it changed, by path; `null` where it removed one. */
export function filesOf(clone: string, commit: string): Map<string, string | null> {
  const fields = git(clone, ['diff', '--name-status', '--no-renames', '-z', `${commit}^`, commit]).split('\0')
  const changes = fields.flatMap((status, index) => (index % 2 === 0 && status !== '' ? [{ status, index }] : []))
  return new Map(
    changes.map(({ status, index }) => {
      const path = fields[index + 1] ?? ''
      return [path, status === 'D' ? null : git(clone, ['show', `${commit}:${path}`])]
    }),
  )
}

/** Lines a commit added, without their indentation. */
export function addedLines(clone: string, commit: string): string[] {
  const lines = git(clone, ['diff', '-U0', '--no-color', `${commit}^`, commit]).split('\n')
  return lines
    .flatMap((line) => (/^\+(?!\+\+ )/.test(line) ? [line.slice(1).trim()] : []))
    .filter((line) => line !== '')
}
