import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A program that answers each line on its standard input with one line of JSON. */
export class LineProcess {
  readonly #child: ChildProcess
  readonly #answers: AsyncIterator<string>
  /** Its code, or the signal. */
  readonly #exit: Promise<unknown>
  #complaint = ''

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#exit = once(this.#child, 'close').then(([code, signal]) => code ?? signal)
    this.#child.stderr?.on('data', (chunk) => {
      this.#complaint = `${this.#complaint}${chunk}`.slice(-4_000)
    })
    const stdout = this.#child.stdout as NodeJS.ReadableStream
    this.#answers = createInterface({ input: stdout })[Symbol.asyncIterator]()
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Throws with what it complained of when it ends instead of answering. */
  async ask<T>(line: string): Promise<T> {
    this.#child.stdin?.write(`${line}\n`)
    const { value, done } = await this.#answers.next()
    if (done) throw new Error(`the program ended at "${line}" with ${await this.#exit}: ${this.#complaint}`)
    return JSON.parse(value) as T
  }

  /** Lets it end. */
  async end(): Promise<void> {
    this.#child.stdin?.end()
    await this.#exit
  }
}
