import { median } from '../reconcile/statistics.ts'
import { printTable } from '../reconcile/table.ts'
import type { SizeFigures } from './one-size.ts'
import { total } from './sweeps.ts'

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

/** Calls of a sweep with nothing to do, by route: of the one that made the fewest. */
export function printCalls(sizes: readonly SizeFigures[]): string {
  const columns = sizes.flatMap(({ applications, sweeps }) =>
    sweeps.map(({ pullRequests, calls }) => {
      const [fewest = {}] = calls.toSorted((a, b) => total(a) - total(b))
      return { head: `${applications} apps, ${pullRequests} open`, fewest, counts: calls.map(total) }
    }),
  )
  const routes = [...new Set(columns.flatMap(({ fewest }) => Object.keys(fewest)))]
  return printTable([
    ['calls of a sweep with nothing to do', ...columns.map(({ head }) => head)],
    ...routes.map((route) => [route, ...columns.map(({ fewest }) => String(fewest[route] ?? 0))]),
    ['all, in each run', ...columns.map(({ counts }) => counts.join(', '))],
  ])
}
