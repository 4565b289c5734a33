import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

type Message = Readonly<Record<string, unknown>>

export interface LineProcessOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Lines with an `event` are no answers. */
  readonly onEvent?: (message: Message) => void
}

/** A program that answers each line on its standard input with one line of JSON. */
export class LineProcess {
  readonly #child: ChildProcess
  readonly #waiting: ((message: Message) => void)[] = []
  /** Its code, or the signal. */
  readonly #exit: Promise<unknown>
  #complaint = ''

  constructor(command: string, args: readonly string[], { env, onEvent }: LineProcessOptions = {}) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    this.#exit = once(this.#child, 'close').then(([code, signal]) => code ?? signal)
    this.#child.stderr?.on('data', (chunk) => {
      this.#complaint = `${this.#complaint}${chunk}`.slice(-4_000)
    })
    createInterface({ input: this.#child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const message = JSON.parse(line) as Message
      if ('event' in message) onEvent?.(message)
      else this.#waiting.shift()?.(message)
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Throws with what it complained of when it ends instead of answering. */
  async ask<T>(line: string): Promise<T> {
    const answer = new Promise<Message>((resolve) => this.#waiting.push(resolve))
    this.#child.stdin?.write(`${line}\n`)
    const ended = this.#exit.then((code) => {
      throw new Error(`the program ended at "${line}" with ${code}: ${this.#complaint}`)
    })
    return (await Promise.race([answer, ended])) as T
  }

  /** Lets it end. */
  async end(): Promise<void> {
    this.#child.stdin?.end()
    await this.#exit
  }
}
