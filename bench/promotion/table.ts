import { median } from '../reconcile/statistics.ts'
import { printTable } from '../reconcile/table.ts'
import type { SizeFigures } from './one-size.ts'
import type { SweepFigures } from './sweeps.ts'

/** A figure of each size, how it grows, and what it is of something else that was measured in the same run. */
interface Line {
  readonly what: string
  /** Medians, in milliseconds. */
  readonly figures: readonly number[]
  readonly besides: readonly number[]
  readonly beside: string
}

/** One line a figure: its median at each size, how much the last is of the first, and its share of something measured beside it. */
export function printSizes(sizes: readonly SizeFigures[]): string {
  const heads = sizes.map(({ applications }) => `${applications} apps`)
  const head = ['milliseconds', ...heads, 'growth', ...heads.map((text) => `ratio, ${text}`), 'to']
  return printTable([head, ...linesOf(sizes).map(cellsOf)])
}

function linesOf(sizes: readonly SizeFigures[]): Line[] {
  const line = (
    what: string,
    of: (size: SizeFigures) => readonly number[],
    beside: string,
    besides: (size: SizeFigures) => readonly number[],
  ): Line => ({
    what,
    figures: sizes.map((size) => median(of(size))),
    beside,
    besides: sizes.map((size) => median(besides(size))),
  })
  const parse = [
    'git cat-file and parse() of all kustomizations',
    ({ plans }: SizeFigures) => plans.plainParse,
  ] as const
  const build = ['kustomize build of the two overlays', ({ plans }: SizeFigures) => plans.build] as const
  const answer = ['one answer of this GitHub', ({ moves }: SizeFigures) => moves.roundTrip] as const
  return [
    line('read the repository', ({ plans }) => plans.read, ...parse),
    line('plan of one, after that', ({ plans }) => plans.one, ...build),
    line('plans of all, the first time', ({ plans }) => [plans.allFirst], ...parse),
    line('plans of all, again', ({ plans }) => plans.all, ...parse),
    line('lockstep promote --dry-run', ({ plans }) => plans.command, ...build),
    line('sweep, nothing open', ({ sweeps }) => sweeps[0].milliseconds, ...parse),
    line('  its CPU', ({ sweeps }) => sweeps[0].cpu, ...parse),
    line('sweep, some open', ({ sweeps }) => sweeps[1].milliseconds, ...parse),
    line('  its CPU', ({ sweeps }) => sweeps[1].cpu, ...parse),
    line('healthy → opened', ({ moves }) => moves.opened, ...answer),
    line('last gate → merged', ({ moves }) => moves.merged, ...answer),
  ]
}

function cellsOf({ what, figures, beside, besides }: Line): string[] {
  const growth = (figures.at(-1) ?? 0) / (figures[0] ?? 0)
  const ratios = figures.map((figure, index) => (figure / (besides[index] ?? Number.NaN)).toFixed(2))
  return [
    what,
    ...figures.map((figure) => figure.toFixed(figure < 100 ? 1 : 0)),
    `× ${growth.toFixed(1)}`,
    ...ratios,
    beside,
  ]
}

/** Calls of a sweep with nothing to do, by route. */
export function printCalls(sizes: readonly SizeFigures[]): string {
  const columns = sizes.flatMap(({ applications, sweeps }) => sweeps.map((sweep) => ({ applications, sweep })))
  const routes = [...new Set(columns.flatMap(({ sweep }) => Object.keys(sweep.calls)))]
  const head = columns.map(({ applications, sweep }) => `${applications} apps, ${sweep.pullRequests} open`)
  return printTable([
    ['calls of a sweep with nothing to do', ...head],
    ...routes.map((route) => [route, ...columns.map(({ sweep }) => String(sweep.calls[route] ?? 0))]),
    ['all', ...columns.map(({ sweep }) => String(callsOf(sweep)))],
  ])
}

export function callsOf({ calls }: SweepFigures): number {
  return Object.values(calls).reduce((sum, count) => sum + count, 0)
}
