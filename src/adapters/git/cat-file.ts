import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import type { Socket } from 'node:net'
import { forgetGroup, killGroup, trackGroup } from '../process/process-group.ts'
import { BatchAnswers } from './batch-answers.ts'

interface Question {
  readonly blobs: Map<string, Buffer>
  readonly result: PromiseWithResolvers<ReadonlyMap<string, Buffer>>
  /** Answers that are still to come. */
  open: number
}

const IDLE_MS = 1_000
const DEADLINE_MS = 60_000

/** A `git cat-file --batch` that stays for as long as it is asked: starting one takes longer than reading what an overlay needs. */
export class CatFile {
  readonly #start: () => ChildProcessWithoutNullStreams
  #child: ChildProcessWithoutNullStreams | undefined
  #questions: Question[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(start: () => ChildProcessWithoutNullStreams) {
    this.#start = start
  }

  /** What there is of these blobs, by id. Rejects when git ends, or does not answer in time: what was wrong is for another call to tell. */
  read(ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    if (ids.length === 0) return Promise.resolve(new Map())
    const question: Question = { blobs: new Map(), result: Promise.withResolvers(), open: ids.length }
    this.#child ??= this.#open()
    this.#questions.push(question)
    this.#wait(this.#child)
    this.#child.stdin.write(`${ids.join('\n')}\n`)
    return question.result.promise
  }

  #open(): ChildProcessWithoutNullStreams {
    const child = this.#start()
    const answers = new BatchAnswers()
    const ended = () => this.#ended(child)
    trackGroup(child)
    child.stdout.on('data', (chunk: Buffer) => {
      for (const { id, blob } of answers.push(chunk)) this.#answer(child, id, blob)
    })
    child.stderr.resume()
    child.stdin.on('error', ended)
    child.on('error', ended)
    child.on('close', ended)
    return child
  }

  /** Answers come in the order of the questions. */
  #answer(child: ChildProcessWithoutNullStreams, id: string, blob: Buffer | undefined): void {
    const [question] = this.#questions
    if (!question || this.#child !== child) return
    if (blob) question.blobs.set(id, blob)
    question.open -= 1
    if (question.open > 0) return
    this.#questions.shift()
    question.result.resolve(question.blobs)
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
