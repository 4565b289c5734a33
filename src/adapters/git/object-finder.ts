import { LruCache } from '../../model/lru-cache.ts'
import { type AnswerReader, CatFile } from './cat-file.ts'
import { findObjects } from './objects.ts'
import type { Git } from './run-git.ts'

/** Answers about commits that are kept: what a full id names never changes. */
const KEPT = 1_024
const FIXED = /^[\da-f]{40}(?:[\da-f]{24})?\^\{(?:commit|tree)\}$/

/** What names and ids stand for in one repository, asked of a git that stays. */
export class ObjectFinder {
  readonly #git: Git
  readonly #catFile: CatFile<string | undefined>
  readonly #kept = new LruCache<string, string>(KEPT)

  constructor(git: Git) {
    this.#git = git
    this.#catFile = new CatFile(() => git.start(['cat-file', '--batch-check=%(objectname)']), readIds)
  }

  /** What each expression (`refs/heads/main^{commit}`, an id) names, in order; undefined where there is nothing. */
  async find(expressions: readonly string[]): Promise<readonly (string | undefined)[]> {
    const known = expressions.map((expression) => this.#kept.get(expression))
    if (!known.includes(undefined)) return known
    const found = await this.#ask(expressions)
    for (const [index, expression] of expressions.entries()) {
      const id = found[index]
      if (id !== undefined && FIXED.test(expression)) this.#kept.set(expression, id)
    }
    return found
  }

  /** Where the git that stays finds nothing at all, one of its own tells whether something is wrong with the repository. */
  async #ask(expressions: readonly string[]): Promise<readonly (string | undefined)[]> {
    const found = await this.#catFile.ask(expressions).catch(() => [])
    return found.some((id) => id !== undefined) ? found : findObjects(this.#git, expressions)
  }
}

/** One line an expression: its id, or words. */
function readIds(): AnswerReader<string | undefined> {
  let rest = ''
  return (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    return lines.map((line) => (/^[\da-f]+$/.test(line) ? line : undefined))
  }
}
