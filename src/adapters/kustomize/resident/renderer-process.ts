import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { forgetGroup, killGroup, trackGroup } from '../../process/process-group.ts'
import type { ProcessResult } from '../../process/run-process.ts'
import type { BuildLimits } from '../build-failures.ts'
import type { BuildRequest } from '../builder.ts'
import { ABORTED, Answer, NEVER_RAN, type Stopped } from './answer.ts'
import { FrameReader, requestFrames } from './frames.ts'

/** renderer/answer.go: `{"kustomize": "v5.8.1"}`. */
const GREETING = /^\{"kustomize": "/

interface Build {
  readonly answer: Answer
  readonly maxBytes: number
  readonly resolve: (result: ProcessResult) => void
}

/** One resident renderer. It builds one request after the other, until it is stopped or ends itself. */
export class RendererProcess {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #frames = new FrameReader()
  #build: Build | undefined
  #state: 'running' | 'ending' | 'ended' = 'running'
  #greeted = false
  #used = false

  /** `command` is a program and its arguments, `env` its whole environment. */
  constructor([program = '', ...args]: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = spawn(program, args, { cwd: '/', env, detached: true, stdio: 'pipe' })
    trackGroup(this.#child)
    this.#child.stdout.on('data', (chunk: Buffer) => this.#read(chunk))
    this.#child.stderr.on('data', (chunk: Buffer) => this.#build?.answer.readWords(chunk))
    this.#child.stdin.on('error', () => undefined)
    this.#child.on('error', () => this.#ended(-1, null))
    this.#child.on('close', (code, signal) => this.#ended(code ?? -1, signal))
    this.#holdProgram(false)
  }

  /** It has answered before: what goes wrong now need not be of the request's own making. */
  get used(): boolean {
    return this.#used
  }

  get usable(): boolean {
    return this.#state === 'running'
  }

  /**
   * One at a time. Answers as a run of the kustomize binary would have, `missing` when the program cannot be run. Deadline, cap and
   * signal cost the process its life.
   */
  async build(request: BuildRequest, limits: BuildLimits): Promise<ProcessResult> {
    if (request.signal.aborted) return ABORTED
    const onAbort = () => this.stop('aborted')
    const timer = setTimeout(() => this.stop('timeout'), limits.timeoutMs)
    request.signal.addEventListener('abort', onAbort)
    this.#holdProgram(true)
    try {
      return await this.#ask(request, limits.outputBytes)
    } finally {
      clearTimeout(timer)
      request.signal.removeEventListener('abort', onAbort)
      this.#holdProgram(false)
    }
  }

  /** Kills it; a build under way ends for this reason. */
  stop(reason: Stopped = 'aborted'): void {
    if (this.#build) this.#build.answer.stopped ??= reason
    this.#kill()
  }

  #kill(): void {
    if (this.#state !== 'ended') killGroup(this.#child)
    if (this.#state === 'running') this.#state = 'ending'
  }

  #ask(request: BuildRequest, maxBytes: number): Promise<ProcessResult> {
    const answer = new Answer()
    if (this.#state === 'ended') return Promise.resolve(this.#broken(answer, -1, null))
    return new Promise((resolve) => {
      this.#build = { answer, maxBytes, resolve }
      this.#child.stdin.write(requestFrames(request))
    })
  }

  #read(chunk: Buffer): void {
    for (const frame of this.#frames.push(chunk)) this.#readFrame(frame)
    const build = this.#build
    if (build && this.#frames.announced > build.maxBytes) this.stop('too-much-output')
  }

  /** The first frame says that the program runs; those after it belong to answers. */
  #readFrame(frame: Buffer): void {
    if (!this.#greeted) {
      this.#greeted = GREETING.test(frame.toString('utf8'))
      if (!this.#greeted) this.#kill()
      return
    }
    const build = this.#build
    if (!build || build.answer.stopped) return
    const read = build.answer.readFrame(frame)
    if (!read) return
    if (read.spent) this.#state = 'ending'
    this.#used = true
    this.#build = undefined
    build.resolve(read.result)
  }

  #ended(code: number, signal: NodeJS.Signals | null): void {
    forgetGroup(this.#child)
    this.#state = 'ended'
    const build = this.#build
    this.#build = undefined
    build?.resolve(this.#broken(build.answer, code, signal))
  }

  #broken(answer: Answer, code: number, signal: NodeJS.Signals | null): ProcessResult {
    return this.#greeted || answer.stopped ? answer.brokenOff(code, signal) : NEVER_RAN
  }

  /** Only a build under way keeps this program from ending. */
  #holdProgram(hold: boolean): void {
    const { stdin, stdout, stderr } = this.#child
    for (const handle of [this.#child, stdin as Socket, stdout as Socket, stderr as Socket]) {
      if (hold) handle.ref()
      else handle.unref()
    }
  }
}
