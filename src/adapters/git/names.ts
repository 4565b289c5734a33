/** A branch or ref name by the rules of `git check-ref-format`, at most 255 bytes. */
export function isRefName(name: string): boolean {
  if (name === '' || name === '@' || Buffer.byteLength(name) > 255) return false
  if (/[\p{Cc} ~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[/.]$/u.test(name)) return false
  return name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'))
}

/** What a person may type for a commit: a name or an id, then steps back, e.g. `origin/main~2`. */
export interface RevisionText {
  readonly name: string
  /** e.g. `~2`, `^`, or nothing. */
  readonly steps: string
}

/** Undefined for everything else that git would understand (`main@{1}`, `a..b`, `:/text`, options). */
export function parseRevision(text: string): RevisionText | undefined {
  const [, name = '', steps = ''] = /^(.*?)((?:[~^]\d{0,6})*)$/s.exec(text) ?? []
  return isRefName(name) ? { name, steps } : undefined
}
