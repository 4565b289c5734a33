import { z } from 'zod'
import type { Problem } from '../model/errors.ts'
import { suggestName } from '../model/nearest-name.ts'
import { type Problems, repeats } from './rule-problems.ts'
import type { Path } from './yaml-source.ts'

const looseOrder = z.record(z.string(), z.array(z.string())).optional().catch(undefined)
const looseWave = z.union([
  z.array(z.string()),
  z.object({ clusters: z.array(z.string()), soak: z.unknown().optional() }),
])
const looseEnvironment = z.object({
  cluster: z.string().optional().catch(undefined),
  clusters: z.array(z.string()).optional().catch(undefined),
  waves: z.array(looseWave).optional().catch(undefined),
  order: looseOrder,
})
type LooseEnvironment = z.infer<typeof looseEnvironment>
type Order = Readonly<Record<string, readonly string[]>>

export const reconcileShape = z.object({
  order: looseOrder,
  environments: z.array(looseEnvironment.catch({})).optional().catch(undefined),
})

/** What the keys that say how clusters are reconciled must mean together. */
export function reconcileProblems(
  { order = {}, environments = [] }: z.infer<typeof reconcileShape>,
  problem: Problems,
): Problem[] {
  return [
    ...orderProblems(order, ['order'], problem),
    ...environments.flatMap((environment, index) => [
      ...orderProblems(environment.order ?? {}, ['environments', index, 'order'], problem),
      ...waveProblems(environment, ['environments', index, 'waves'], problem),
    ]),
  ]
}

function orderProblems(order: Order, path: Path, problem: Problems): Problem[] {
  const twice = Object.entries(order).flatMap(([application, before]) =>
    repeats(before).map((index) => {
      const message = `"${before[index]}" stands twice before ${application}.`
      return problem('CONFIG_DUPLICATE', [...path, application, index], message, 'Keep one.')
    }),
  )
  const circles = circlesIn(order).map((circle) => {
    const message = `Applications wait for each other in a circle: ${circle.join(' after ')}.`
    return problem('CONFIG_CYCLE', [...path, circle[0] as string], message, 'Remove one of the links.')
  })
  return [...twice, ...circles]
}

/** Each circle once, beginning and ending with its application that stands first. */
function circlesIn(order: Order): string[][] {
  const done = new Set<string>()
  const circles: string[][] = []
  const visit = (name: string, way: readonly string[]) => {
    const start = way.indexOf(name)
    if (start >= 0) circles.push([...way.slice(start), name])
    else if (!done.has(name)) {
      for (const before of Object.hasOwn(order, name) ? (order[name] ?? []) : []) visit(before, [...way, name])
      done.add(name)
    }
  }
  for (const name of Object.keys(order)) visit(name, [])
  return circles
}

function waveProblems({ cluster, clusters, waves }: LooseEnvironment, path: Path, problem: Problems): Problem[] {
  if (!waves) return []
  const declared = clusters ?? (cluster === undefined ? [] : [cluster])
  const places = waves.flatMap((wave, index) => {
    const [names, inside] = Array.isArray(wave) ? [wave, []] : [wave.clusters, ['clusters']]
    return names.map((name, place) => ({ name, path: [...path, index, ...inside, place] }))
  })
  const named = places.map(({ name }) => name)
  const unknown = places
    .filter(({ name }) => !declared.includes(name))
    .map(({ name, path }) =>
      problem('CONFIG_INVALID', path, `The environment has no cluster "${name}".`, suggestName(name, declared)),
    )
  const twice = repeats(named).map((index) =>
    problem('CONFIG_DUPLICATE', places[index]?.path ?? path, `"${named[index]}" stands in two places.`, 'Keep one.'),
  )
  const missing = declared
    .filter((name) => !named.includes(name))
    .map((name) => problem('CONFIG_INVALID', path, `The cluster "${name}" is in no wave.`, 'Add it to one.'))
  return [...unknown, ...twice, ...missing, ...firstSoak(waves, path, problem)]
}

function firstSoak(waves: NonNullable<LooseEnvironment['waves']>, path: Path, problem: Problems): Problem[] {
  const [first] = waves
  if (!first || Array.isArray(first) || first.soak === undefined) return []
  const message = 'No wave comes before the first, so its `soak` has no effect.'
  return [problem('CONFIG_INVALID', [...path, 0, 'soak'], message, 'Remove it, or write it into the next wave.')]
}
