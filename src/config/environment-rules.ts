import { z } from 'zod'
import type { Problem } from '../model/errors.ts'
import { suggestName } from '../model/nearest-name.ts'
import { type Problems, repeats } from './rule-problems.ts'
import { printPath } from './schema-problems.ts'
import type { Path } from './yaml-source.ts'

const looseAfter = z.union([
  z.array(z.string()),
  z.object({ any: z.array(z.string()) }),
  z.object({ atLeast: z.number(), of: z.array(z.string()) }),
])
const looseEnvironment = z.object({
  name: z.string(),
  cluster: z.unknown().optional(),
  clusters: z.array(z.string()).optional().catch(undefined),
  after: looseAfter.optional().catch(undefined),
  promote: z.unknown().optional(),
  promotions: z.unknown().optional(),
  changes: z.unknown().optional(),
  gates: z
    .object({
      soak: z.unknown().optional(),
      approvals: z.unknown().optional(),
      teams: z.unknown().optional(),
      metrics: z
        .array(z.object({ name: z.string() }))
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
})
type LooseEnvironment = z.infer<typeof looseEnvironment>
export const environmentsShape = z.object({ environments: z.array(looseEnvironment) })
/** What environments must mean together: names that are there once, clusters, and a graph without circles. */
export function environmentProblems(environments: readonly LooseEnvironment[], problem: Problems): Problem[] {
  return [
    ...duplicateProblems(environments, problem),
    ...clusterProblems(environments, problem),
    ...firstProblems(environments, problem),
    ...changesProblems(environments, problem),
    ...graphProblems(environments, problem),
  ]
}

function duplicateProblems(environments: readonly LooseEnvironment[], problem: Problems): Problem[] {
  const names = repeats(environments.map(({ name }) => name)).map((index) =>
    problem(
      'CONFIG_DUPLICATE',
      ['environments', index, 'name'],
      `The environment "${environments[index]?.name}" is declared twice.`,
      'Give one of them another name.',
    ),
  )
  const lists = environments.flatMap(({ clusters = [], after, gates }, index) => [
    ...repeats(gates?.metrics?.map(({ name }) => name) ?? []).map((place) =>
      problem(
        'CONFIG_DUPLICATE',
        ['environments', index, 'gates', 'metrics', place, 'name'],
        `The metric "${gates?.metrics?.[place]?.name}" stands twice.`,
        'Give one of them another name.',
      ),
    ),
    ...listRepeats(clusters, ['environments', index, 'clusters'], problem),
    ...upstream(after).flatMap(({ names, path }) => listRepeats(names, ['environments', index, ...path], problem)),
  ])
  return [...names, ...lists]
}

function listRepeats(names: readonly string[], path: Path, problem: Problems): Problem[] {
  return repeats(names).map((index) =>
    problem('CONFIG_DUPLICATE', [...path, index], `"${names[index]}" stands twice in ${printPath(path)}.`, 'Keep one.'),
  )
}

function clusterProblems(environments: readonly LooseEnvironment[], problem: Problems): Problem[] {
  return environments.flatMap(({ name, cluster, clusters }, index) => {
    const path = ['environments', index]
    if (cluster === undefined && clusters === undefined) {
      const remedy = 'Add `cluster: NAME` with a name the operator registered.'
      return [problem('CONFIG_MISSING_KEY', path, `The environment "${name}" has no cluster.`, remedy)]
    }
    if (cluster === undefined || clusters === undefined) return []
    const message = `The environment "${name}" has both \`cluster\` and \`clusters\`.`
    return [problem('CONFIG_INVALID', [...path, 'clusters'], message, 'Keep one of them.')]
  })
}

/** Nothing is promoted into a first environment, so a rule about promotions there would be silently without effect. */
function firstProblems(environments: readonly LooseEnvironment[], problem: Problems): Problem[] {
  return environments.flatMap((environment, index) => {
    if (upstream(environment.after).some(({ names }) => names.length > 0)) return []
    const path = ['environments', index]
    const message = (key: string) => `"${environment.name}" comes after no environment, so \`${key}\` has no effect.`
    const remedy = 'Remove it, or add `after: [ENVIRONMENT]`.'
    return [
      ...(environment.promote === undefined
        ? []
        : [problem('CONFIG_INVALID', [...path, 'promote'], message('promote'), remedy)]),
      ...(environment.promotions === undefined
        ? []
        : [problem('CONFIG_INVALID', [...path, 'promotions'], message('promotions'), remedy)]),
      ...(environment.gates?.soak === undefined
        ? []
        : [problem('CONFIG_INVALID', [...path, 'gates', 'soak'], message('soak'), remedy)]),
    ]
  })
}

/** Rules about direct changes that nobody could get past, or that ask for nothing. */
function changesProblems(environments: readonly LooseEnvironment[], problem: Problems): Problem[] {
  return environments.flatMap(({ name, changes, after, gates }, index) => {
    const path = ['environments', index, 'changes']
    if (changes === 'refuse' && upstream(after).every(({ names }) => names.length === 0)) {
      const message = `Nothing could get into "${name}": it comes after no environment, and takes no direct changes.`
      return [problem('CONFIG_INVALID', path, message, 'Remove `changes`, or add `after: [ENVIRONMENT]`.')]
    }
    if (changes !== 'approvals' || gates?.approvals || (Array.isArray(gates?.teams) && gates.teams.length > 0))
      return []
    const message = `\`changes: approvals\` asks for the approvals of "${name}", and none is needed there.`
    return [problem('CONFIG_INVALID', path, message, 'Add `gates: { approvals: 1 }`.')]
  })
}

function graphProblems(environments: readonly LooseEnvironment[], problem: Problems): Problem[] {
  const declared = environments.map(({ name }) => name)
  const unknown = environments.flatMap(({ after }, index) =>
    upstream(after).flatMap(({ names, path }) =>
      names.flatMap((name, place) => {
        if (declared.includes(name)) return []
        const message = `There is no environment "${name}".`
        const at = ['environments', index, ...path, place]
        return [problem('CONFIG_UNKNOWN_ENVIRONMENT', at, message, suggestName(name, declared))]
      }),
    ),
  )
  return [...unknown, ...cycleProblems(environments, problem), ...quorumProblems(environments, problem)]
}

/** One problem for each circle, at the environment of it that is declared first. */
function cycleProblems(environments: readonly LooseEnvironment[], problem: Problems): Problem[] {
  const before = new Map(environments.map(({ name, after }) => [name, upstream(after).flatMap(({ names }) => names)]))
  const done = new Set<string>()
  const problems: Problem[] = []
  const visit = (name: string, way: readonly string[]) => {
    const start = way.indexOf(name)
    if (start >= 0) {
      const circle = [...way.slice(start), name]
      const index = environments.findIndex((environment) => circle.includes(environment.name))
      const message = `Environments come after each other in a circle: ${circle.join(' after ')}.`
      problems.push(problem('CONFIG_CYCLE', ['environments', index, 'after'], message, 'Remove one of the links.'))
    } else if (!done.has(name)) {
      for (const earlier of before.get(name) ?? []) visit(earlier, [...way, name])
      done.add(name)
    }
  }
  for (const { name } of environments) visit(name, [])
  return problems
}

function quorumProblems(environments: readonly LooseEnvironment[], problem: Problems): Problem[] {
  return environments.flatMap(({ after }, index) => {
    if (!after || !('atLeast' in after) || after.atLeast <= after.of.length) return []
    const message = `At least ${after.atLeast} of ${after.of.length} environments can never be.`
    const path = ['environments', index, 'after', 'atLeast']
    return [problem('CONFIG_INVALID', path, message, `Write ${after.of.length} or less.`)]
  })
}

function upstream(after: LooseEnvironment['after']): { names: readonly string[]; path: Path }[] {
  if (!after) return []
  if (Array.isArray(after)) return [{ names: after, path: ['after'] }]
  return 'any' in after ? [{ names: after.any, path: ['after', 'any'] }] : [{ names: after.of, path: ['after', 'of'] }]
}
