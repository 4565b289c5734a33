import type { ProcessResult } from '../../process/run-process.ts'

export type Stopped = Exclude<ProcessResult['ended'], 'exit' | 'missing'>

/** renderer/answer.go: what the text of an answer is. */
interface AnswerHeader {
  readonly outcome: 'rendered' | 'refused' | 'panicked'
  /** The process ends after this answer. */
  readonly spent: boolean
}

const MAX_WORDS = 65_536

/** The answer to one request as it comes in, in the terms of a process that ran for this build alone. */
export class Answer {
  /** Set before the process is stopped for this build's sake. */
  stopped: Stopped | undefined
  readonly #words: Buffer[] = []
  #wordsSize = 0
  #header: AnswerHeader | undefined

  /** Undefined while there is more to come. */
  readFrame(frame: Buffer): { result: ProcessResult; spent: boolean } | undefined {
    if (this.#header) return { result: toResult(this.#header, frame), spent: this.#header.spent }
    this.#header = JSON.parse(frame.toString('utf8')) as AnswerHeader
    return undefined
  }

  /** Deprecation warnings, and the last words of a process that breaks down. */
  readWords(chunk: Buffer): void {
    if (this.#wordsSize < MAX_WORDS) this.#words.push(chunk)
    this.#wordsSize += chunk.length
  }

  /** The process ended before it had answered. */
  brokenOff(code: number, killedBy: NodeJS.Signals | null): ProcessResult {
    const stderr = Buffer.concat(this.#words).toString('utf8')
    const ended = this.stopped ?? 'exit'
    return { ended, code, stdout: NOTHING, stderr, ...(killedBy && !this.stopped && { killedBy }) }
  }
}

const NOTHING = Buffer.alloc(0)

/** The program cannot be run. */
export const NEVER_RAN: ProcessResult = { ended: 'missing', code: -1, stdout: NOTHING, stderr: '' }

export const ABORTED: ProcessResult = { ended: 'aborted', code: -1, stdout: NOTHING, stderr: '' }

/** The binary prefixes its errors with `Error: `, Go a panic with `panic: `. */
function toResult({ outcome }: AnswerHeader, text: Buffer): ProcessResult {
  if (outcome === 'rendered') return { ended: 'exit', code: 0, stdout: text, stderr: '' }
  const [code, prefix] = outcome === 'refused' ? [1, 'Error: '] : [2, 'panic: ']
  return { ended: 'exit', code, stdout: NOTHING, stderr: `${prefix}${text.toString('utf8')}` }
}
