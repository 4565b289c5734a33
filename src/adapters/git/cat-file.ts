import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import type { Socket } from 'node:net'
import { forgetGroup, killGroup, trackGroup } from '../process/process-group.ts'

interface Question<Answer> {
  readonly answers: Answer[]
  readonly result: PromiseWithResolvers<readonly Answer[]>
  /** Answers that are still to come. */
  open: number
}

/** Takes in what git printed; answers what is whole by now. */
export type AnswerReader<Answer> = (chunk: Buffer) => readonly Answer[]

const IDLE_MS = 1_000
const DEADLINE_MS = 60_000

/** A `git cat-file` that stays for as long as it is asked: starting one takes longer than reading what an overlay needs. */
export class CatFile<Answer> {
  readonly #start: () => ChildProcessWithoutNullStreams
  readonly #reader: () => AnswerReader<Answer>
  #child: ChildProcessWithoutNullStreams | undefined
  #questions: Question<Answer>[] = []
  #timer: NodeJS.Timeout | undefined

  /** `reader` is made anew for each process. */
  constructor(start: () => ChildProcessWithoutNullStreams, reader: () => AnswerReader<Answer>) {
    this.#start = start
    this.#reader = reader
  }

  /** One answer a line, in their order. Rejects when git ends, or does not answer in time: what was wrong is for another call to tell. */
  ask(lines: readonly string[]): Promise<readonly Answer[]> {
    if (lines.length === 0) return Promise.resolve([])
    const question: Question<Answer> = { answers: [], result: Promise.withResolvers(), open: lines.length }
    this.#child ??= this.#open()
    this.#questions.push(question)
    this.#wait(this.#child)
    this.#child.stdin.write(`${lines.join('\n')}\n`)
    return question.result.promise
  }

  #open(): ChildProcessWithoutNullStreams {
    const child = this.#start()
    const read = this.#reader()
    const ended = () => this.#ended(child)
    trackGroup(child)
    child.stdout.on('data', (chunk: Buffer) => {
      for (const answer of read(chunk)) this.#answer(child, answer)
    })
    child.stderr.resume()
    child.stdin.on('error', ended)
    child.on('error', ended)
    child.on('close', ended)
    return child
  }

  /** Answers come in the order of the questions. */
  #answer(child: ChildProcessWithoutNullStreams, answer: Answer): void {
    const [question] = this.#questions
    if (!question || this.#child !== child) return
    question.answers.push(answer)
    question.open -= 1
    if (question.open > 0) return
    this.#questions.shift()
    question.result.resolve(question.answers)
    this.#wait(child)
  }

  /** With a question open it has until the deadline; without one it may go after a while, and keeps nobody from ending before. */
  #wait(child: ChildProcessWithoutNullStreams): void {
    const idle = this.#questions.length === 0
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#ended(child), idle ? IDLE_MS : DEADLINE_MS)
    for (const handle of [child, child.stdin as Socket, child.stdout as Socket, child.stderr as Socket, this.#timer]) {
      if (idle) handle.unref()
      else handle.ref()
    }
  }

  #ended(child: ChildProcessWithoutNullStreams): void {
    killGroup(child)
    forgetGroup(child)
    if (this.#child !== child) return
    clearTimeout(this.#timer)
    this.#child = undefined
    for (const { result } of this.#questions.splice(0)) result.reject(new Error('git cat-file has ended.'))
  }
}
