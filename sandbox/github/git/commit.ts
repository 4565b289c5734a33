import type { Identity } from '../state/account.ts'

export interface Commit {
  readonly sha: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: Identity
  readonly committer: Identity
  readonly message: string
}

/** Reads the raw object as `git cat-file commit` prints it. */
export function parseCommit(sha: string, raw: string): Commit {
  const end = raw.indexOf('\n\n')
  const headers = raw.slice(0, end).split('\n')
  const values = (name: string): string[] =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1))
  return {
    sha,
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: parseIdentity(values('author')[0] ?? ''),
    committer: parseIdentity(values('committer')[0] ?? ''),
    message: raw.slice(end + 2).replace(/\n$/, ''),
  }
}

function parseIdentity(line: string): Identity {
  const [, name = '', email = '', seconds = '0'] = /^(.*?) ?<(.*)> (\d+)/.exec(line) ?? []
  return { name, email, date: wholeSeconds(new Date(Number(seconds) * 1000)) }
}

/** GitHub's times: UTC, no fractions. */
export function wholeSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

export function subject(message: string): string {
  return message.split('\n', 1)[0] ?? ''
}

/** What follows the subject and the empty line after it. */
export function bodyText(message: string): string {
  return message.split('\n').slice(1).join('\n').trim()
}
