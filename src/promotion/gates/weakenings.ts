import type { EnvironmentConfig, RepositoryConfig } from '../../config/repository-config.ts'
import { canonicalJson, type Json } from '../../model/json.ts'
import { isLooser } from './looser-upstream.ts'

/** One rule of an environment that a new configuration would make easier to get past. */
export interface Weakening {
  readonly environment: string
  /** Key of the configuration, e.g. `gates.soak`. */
  readonly rule: string
  readonly before: string
  readonly after: string
}

type Change = Pick<Weakening, 'rule' | 'before' | 'after'>
type Rule = (before: Whole, after: Whole) => readonly Change[]

/** An environment with what the whole repository says about it. */
interface Whole {
  readonly environment: EnvironmentConfig
  readonly config: RepositoryConfig
}

/** What lets more through than before, by environment in the order of the old configuration. New environments weaken nothing. */
export function weakenings(before: RepositoryConfig, after: RepositoryConfig): Weakening[] {
  return before.environments.flatMap((environment) => {
    const now = after.environments.find(({ name }) => name === environment.name)
    const changes = now
      ? RULES.flatMap((rule) => rule({ environment, config: before }, { environment: now, config: after }))
      : [{ rule: 'environments', before: 'declared', after: 'gone' }]
    return changes.map((change) => ({ environment: environment.name, ...change }))
  })
}

const RULES: readonly Rule[] = [
  choice('promote', ['manual', 'auto'], ({ environment }) => environment.promote),
  choice('changes', ['refuse', 'approvals', 'allow'], ({ environment }) => environment.changes),
  choice('drift.pullRequests', ['block', 'warn'], ({ environment }) => environment.drift.pullRequests),
  choice('removal', ['orphan', 'delete'], ({ environment }) => environment.removal),
  choice('gates.fourEyes', ['true', 'false'], ({ environment }) => String(environment.gates.fourEyes)),
  lowered('gates.approvals', ({ environment }) => environment.gates.approvals),
  lowered('gates.soak', ({ environment }) => environment.gates.soakMs, milliseconds),
  raised('drift.blockAfter', ({ environment }) => environment.drift.blockAfterMs, milliseconds),
  raised('prune.limit', ({ config }) => config.prune.limit),
  shortened('gates.teams', ({ environment }) => environment.gates.teams),
  shortened('gates.checks', ({ environment }) => environment.gates.checks),
  shortened('gates.metrics', ({ environment }) =>
    environment.gates.metrics.map((metric) => canonicalJson({ ...metric })),
  ),
  shortened('freeze', ({ environment }) => environment.freeze.map(({ reason: _, ...window }) => canonicalJson(window))),
  shortened('kinds.deny', ({ environment }) => environment.kinds?.deny ?? []),
  shortened('drift.people', ({ environment }) => environment.drift.people ?? []),
  extended('drift.ignore', ({ environment }) =>
    (environment.drift.ignore ?? []).map((rule) => canonicalJson({ ...rule } as Json)),
  ),
  extended('carry', ({ config }) => config.carry.map((rule) => canonicalJson({ ...rule } as Json))),
  widened('commands.teams', ({ environment }) => environment.commands?.teams),
  widened('namespaces', ({ environment }) => (environment.namespaces.length > 0 ? environment.namespaces : undefined)),
  widened('kinds.allow', ({ environment }) => environment.kinds?.allow),
  changed('waves', ({ environment }) => environment.waves.map(({ clusters, soakMs }) => ({ clusters, soakMs }))),
  changed('overlays', ({ config }) => config.overlays),
  afterRule,
]

function afterRule({ environment: before }: Whole, { environment: after }: Whole): Change[] {
  if (!isLooser(before.after, after.after)) return []
  return [{ rule: 'after', before: canonicalJson({ ...before.after }), after: canonicalJson({ ...after.after }) }]
}

/** Values from the strictest to the loosest. */
function choice(rule: string, order: readonly string[], of: (whole: Whole) => string): Rule {
  return (before, after) => {
    const [was, is] = [of(before), of(after)]
    return order.indexOf(is) > order.indexOf(was) ? [{ rule, before: was, after: is }] : []
  }
}

function lowered(rule: string, of: (whole: Whole) => number, print: (value: number) => string = String): Rule {
  return (before, after) =>
    of(after) < of(before) ? [{ rule, before: print(of(before)), after: print(of(after)) }] : []
}

function raised(rule: string, of: (whole: Whole) => number, print: (value: number) => string = String): Rule {
  return (before, after) =>
    of(after) > of(before) ? [{ rule, before: print(of(before)), after: print(of(after)) }] : []
}

/** What every entry of must be met: one less lets more through. */
function shortened(rule: string, of: (whole: Whole) => readonly string[]): Rule {
  return (before, after) =>
    of(before).flatMap((entry) => (of(after).includes(entry) ? [] : [{ rule, before: entry, after: 'gone' }]))
}

function extended(rule: string, of: (whole: Whole) => readonly string[]): Rule {
  return (before, after) =>
    of(after).flatMap((entry) => (of(before).includes(entry) ? [] : [{ rule, before: 'none', after: entry }]))
}

/** What is allowed; undefined is everything. */
function widened(rule: string, of: (whole: Whole) => readonly string[] | undefined): Rule {
  return (before, after) => {
    const [was, is] = [of(before), of(after)]
    if (!was) return []
    if (is?.every((entry) => was.includes(entry))) return []
    return [{ rule, before: was.join(', '), after: is?.join(', ') ?? 'any' }]
  }
}

/** Where what is looser cannot be told from what is another: any change of something that was set. */
function changed(rule: string, of: (whole: Whole) => Json): Rule {
  return (before, after) => {
    const [was, is] = [canonicalJson(of(before)), canonicalJson(of(after))]
    return was === is || was === '[]' ? [] : [{ rule, before: was, after: is }]
  }
}

function milliseconds(value: number): string {
  return value % 60_000 === 0 ? `${value / 60_000}m` : `${value / 1000}s`
}
