import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface PullRequestView {
  number: number
  title: string
  state: string
  merged: boolean
  /** Whole seconds. */
  merged_at: string | null
  html_url: string
  merge_commit_sha: string | null
  head: { ref: string; sha: string }
}
export interface CommentView {
  id: number
  body: string
  user: { login: string; type: string }
}
export interface CheckView {
  name: string
  status: string
  conclusion: string | null
  output: { title: string | null; summary: string | null }
}

/** Someone with an account: uses GitHub's REST API and plain git, nothing of Lockstep. */
export class GitHubPerson {
  readonly login: string
  readonly #token: string
  readonly #apiUrl: string
  readonly #webUrl: string
  readonly #repository: string
  readonly #clone: string

  constructor(options: {
    login: string
    token: string
    apiUrl: string
    webUrl: string
    /** `owner/name` */
    repository: string
    /** Folder for the person's clone. */
    clone: string
  }) {
    this.login = options.login
    this.#token = options.token
    this.#apiUrl = options.apiUrl
    this.#webUrl = options.webUrl
    this.#repository = options.repository
    this.#clone = options.clone
  }

  /** Branches off the live default branch, edits files (null deletes), pushes, and opens the pull request. */
  async propose(change: {
    branch: string
    title: string
    edit: Readonly<Record<string, ((before: string) => string) | null>>
  }): Promise<PullRequestView> {
    await this.#freshClone(change.branch)
    for (const [path, edit] of Object.entries(change.edit)) await this.#editFile(path, edit)
    await this.#git('commit', '--quiet', '--all', '--message', change.title)
    await this.#git('push', '--quiet', 'origin', change.branch)
    return this.api<PullRequestView>('POST', '/pulls', { title: change.title, head: change.branch, base: 'main' })
  }

  async pullRequest(number: number): Promise<PullRequestView> {
    return this.api<PullRequestView>('GET', `/pulls/${number}`)
  }

  async openPullRequests(): Promise<PullRequestView[]> {
    return this.api<PullRequestView[]>('GET', '/pulls?state=open&per_page=100')
  }

  async comments(number: number): Promise<CommentView[]> {
    return this.api<CommentView[]>('GET', `/issues/${number}/comments?per_page=100`)
  }

  async comment(number: number, body: string): Promise<CommentView> {
    return this.api<CommentView>('POST', `/issues/${number}/comments`, { body })
  }

  /** The newest check run of that name on the commit. */
  async check(sha: string, name: string): Promise<CheckView | undefined> {
    const found = await this.api<{ check_runs: CheckView[] }>(
      'GET',
      `/commits/${sha}/check-runs?check_name=${encodeURIComponent(name)}&filter=latest`,
    )
    return found.check_runs[0]
  }

  async merge(number: number, sha: string): Promise<void> {
    await this.api('PUT', `/pulls/${number}/merge`, { sha })
  }

  /** A file as it stands on a ref. */
  async file(path: string, ref = 'main'): Promise<string> {
    const found = await this.api<{ content: string }>('GET', `/contents/${path}?ref=${ref}`)
    return Buffer.from(found.content, 'base64').toString()
  }

  /** `+` and `-` lines of a pull request's diff, file by file. */
  async changedLines(number: number): Promise<Record<string, string[]>> {
    const files = await this.api<{ filename: string; patch?: string }[]>('GET', `/pulls/${number}/files?per_page=100`)
    return Object.fromEntries(
      files.map((file) => [file.filename, (file.patch ?? '').split('\n').filter((line) => /^[+-]/.test(line))]),
    )
  }

  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.#apiUrl}/repos/${this.#repository}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${this.#token}`,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 300)}`)
    return (text ? JSON.parse(text) : undefined) as T
  }

  /** With the person's token in it, so that `git push` works as it is. */
  get cloneUrl(): string {
    const url = new URL(`${this.#webUrl}/${this.#repository}.git`)
    url.username = this.login
    url.password = this.#token
    return url.href
  }

  async #freshClone(branch: string): Promise<void> {
    await rm(this.#clone, { recursive: true, force: true })
    await mkdir(dirname(this.#clone), { recursive: true })
    await run('git', ['clone', '--quiet', this.cloneUrl, this.#clone])
    await this.#git('config', 'user.name', this.login)
    await this.#git('config', 'user.email', `${this.login}@example.test`)
    await this.#git('checkout', '--quiet', '-b', branch)
  }

  async #editFile(path: string, edit: ((before: string) => string) | null): Promise<void> {
    const file = join(this.#clone, path)
    if (edit === null) return void (await this.#git('rm', '--quiet', path))
    const before = await readFile(file, 'utf8').catch(() => '')
    const after = edit(before)
    if (after === before) throw new Error(`the edit of ${path} changes nothing`)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, after)
    await this.#git('add', path)
  }

  async #git(...args: string[]): Promise<string> {
    const { stdout } = await run('git', ['-C', this.#clone, ...args])
    return stdout
  }
}
