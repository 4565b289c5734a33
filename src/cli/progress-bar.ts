const QUIET_MS = 2_000
const DRAW_MS = 100
const CELLS = 24

/** Where a bar is drawn: standard error, when somebody looks at it. */
export interface BarStream {
  readonly isTTY?: boolean
  readonly write: (text: string) => unknown
}

export interface ProgressBar {
  update(done: number, total: number): void
  /** Takes the bar away; needed before anything else is written. */
  end(): void
}

/**
 * Shows how far something has got, from two seconds on and on a terminal only; elsewhere, and where CI or TERM=dumb say that nobody
 * watches, nothing at all.
 */
export function progressBar(
  what: string,
  stream: BarStream,
  env: Readonly<Record<string, string | undefined>>,
): ProgressBar {
  if (stream.isTTY !== true || env.CI || env.TERM === 'dumb') return { update: () => undefined, end: () => undefined }
  const started = performance.now()
  let state = ''
  let drawn = ''
  const draw = () => {
    if (state === drawn || performance.now() - started < QUIET_MS) return
    stream.write(`\r\u001b[K${state}`)
    drawn = state
  }
  const timer = setInterval(draw, DRAW_MS)
  timer.unref()
  return {
    update: (done, total) => {
      state = printBar(what, done, total)
    },
    end: () => {
      clearInterval(timer)
      if (drawn !== '') stream.write('\r\u001b[K')
    },
  }
}

/** `Rendering [=====>      ] 123 of 600 overlays`, in letters that every terminal has. */
export function printBar(what: string, done: number, total: number): string {
  const filled = total === 0 ? CELLS : Math.floor((done / total) * CELLS)
  const bar = filled >= CELLS ? '='.repeat(CELLS) : `${'='.repeat(filled)}>`.padEnd(CELLS)
  return `Rendering [${bar}] ${done} of ${total} ${what}`
}
