import { nearestName } from '../../model/nearest-name.ts'
import { spokenLines } from '../../model/spoken-lines.ts'

/** One command of a comment. Names are as written; whether they exist is decided where the configuration is known. */
export type Command =
  | {
      readonly name: 'promote'
      readonly environment?: string
      readonly applications: readonly string[]
      readonly all: boolean
      readonly dryRun: boolean
    }
  | {
      readonly name: 'rollback'
      readonly environment: string
      readonly application?: string
      /** `#12` or a commit id. */
      readonly to?: string
      readonly reason?: string
    }
  | { readonly name: 'heal'; readonly environment: string; readonly application?: string }
  | { readonly name: 'plan' | 'unhold' | 'help' | 'cancel' }
  | { readonly name: 'why'; readonly environment?: string }
  | { readonly name: 'hold'; readonly reason?: string }
  | { readonly name: 'lock'; readonly environment: string; readonly until?: string; readonly reason?: string }
  | { readonly name: 'unlock'; readonly environment: string }
  | { readonly name: 'confirm-prune'; readonly revision: string }

export type ParsedCommand =
  | { readonly kind: 'command'; readonly command: Command }
  /** Written wrongly; `usage` is how it goes. */
  | { readonly kind: 'usage'; readonly name: string; readonly usage: string }
  /** Close to one of ours. */
  | { readonly kind: 'unknown'; readonly name: string; readonly nearest: string }
  /** A fixed part of the grammar that this version does not do. */
  | { readonly kind: 'unavailable'; readonly name: string }

export interface ParsedComment {
  readonly commands: readonly ParsedCommand[]
  readonly tooMany: boolean
}

export const MOST_COMMANDS = 5

type Parse = (words: readonly string[]) => Command | undefined

interface Grammar {
  readonly usage: string
  readonly does: string
  readonly parse?: Parse
}

/** The whole grammar, in the order `/help` lists it. A command without `parse` is not available. */
export const GRAMMAR: Readonly<Record<string, Grammar>> = {
  promote: {
    usage: '/promote [env] [app…|--all] [--dry-run]',
    does: 'on a promotion: merge it as soon as its gates pass; elsewhere: open or update the promotion',
    parse: promote,
  },
  rollback: {
    usage: '/rollback <env> [app] [to <#pr|commit>] [--reason …]',
    does: 'open the pull request that restores what was set before',
    parse: rollback,
  },
  plan: { usage: '/plan', does: 'make the plan of this pull request again', parse: bare('plan') },
  why: {
    usage: '/why [env]',
    does: 'list the gates and what would open them',
    parse: ([environment, ...rest]) => (rest.length > 0 ? undefined : { name: 'why', ...optional({ environment }) }),
  },
  hold: {
    usage: '/hold [reason]',
    does: 'keep this pull request from merging',
    parse: (words) => ({ name: 'hold', ...optional({ reason: joined(words) }) }),
  },
  unhold: { usage: '/unhold', does: 'release the hold', parse: bare('unhold') },
  lock: {
    usage: '/lock <env|all> [until <time|2h>] [reason]',
    does: 'keep promotions out of an environment',
    parse: lock,
  },
  unlock: {
    usage: '/unlock <env|all>',
    does: 'open the environment again',
    parse: ([environment, ...rest]) => (environment && rest.length === 0 ? { name: 'unlock', environment } : undefined),
  },
  heal: { usage: '/heal <env> [app]', does: 'put live objects back to what Git says', parse: heal },
  'confirm-prune': {
    usage: '/confirm-prune <commit>',
    does: 'allow deletions beyond the limit at exactly this commit',
    parse: ([revision, ...rest]) =>
      revision && rest.length === 0 && /^[\da-f]{7,64}$/i.test(revision)
        ? { name: 'confirm-prune', revision: revision.toLowerCase() }
        : undefined,
  },
  cancel: { usage: '/cancel', does: 'close this promotion', parse: bare('cancel') },
  help: { usage: '/help', does: 'list the commands', parse: bare('help') },
  history: { usage: '/history <env> [app]', does: 'list what was promoted' },
  hotfix: { usage: '/hotfix <env> --reason …', does: 'skip soak for a fix' },
  resume: { usage: '/resume <env> [app]', does: 'promote a quarantined version again' },
  drop: { usage: '/drop <app>', does: 'take an application out of a promotion' },
  adopt: { usage: '/adopt <env> [app]', does: 'take over objects that another owner made' },
}

/**
 * Commands stand at the start of a line, outside fences, quotes and HTML comments. Other tools' slash commands are ignored, except
 * where the name is a likely misspelling of ours.
 */
export function parseComment(body: string): ParsedComment {
  const commands = spokenLines(body).flatMap(parseLine)
  return { commands: commands.slice(0, MOST_COMMANDS), tooMany: commands.length > MOST_COMMANDS }
}

function parseLine(line: string): ParsedCommand[] {
  const match = /^\/([A-Za-z][A-Za-z-]*)(?:[ \t]+(.*))?$/.exec(line.trimEnd())
  if (!match) return []
  const name = (match[1] ?? '').toLowerCase()
  const grammar = Object.hasOwn(GRAMMAR, name) ? GRAMMAR[name] : undefined
  if (!grammar) return misspelt(name)
  if (!grammar.parse) return [{ kind: 'unavailable', name }]
  const command = grammar.parse((match[2] ?? '').split(/\s+/).filter((word) => word !== ''))
  return [command ? { kind: 'command', command } : { kind: 'usage', name, usage: grammar.usage }]
}

function misspelt(name: string): ParsedCommand[] {
  const nearest = nearestName(name, Object.keys(GRAMMAR))
  return nearest ? [{ kind: 'unknown', name, nearest }] : []
}

function promote(words: readonly string[]): Command | undefined {
  const flags = words.filter((word) => word.startsWith('--')).map((flag) => flag.toLowerCase())
  const [environment, ...applications] = words.filter((word) => !word.startsWith('--'))
  if (flags.some((flag) => flag !== '--all' && flag !== '--dry-run')) return undefined
  const all = flags.includes('--all')
  if (all && (applications.length > 0 || !environment)) return undefined
  return { name: 'promote', ...optional({ environment }), applications, all, dryRun: flags.includes('--dry-run') }
}

function rollback(words: readonly string[]): Command | undefined {
  const [before, reason] = splitAt(words, '--reason')
  const [names, to] = splitAt(before, 'to')
  const [environment, application, ...rest] = names
  if (!environment || rest.length > 0 || names.some((word) => word.startsWith('--'))) return undefined
  if (to && !(to.length === 1 && /^(?:#\d+|[\da-f]{7,64})$/i.test(to[0] ?? ''))) return undefined
  return { name: 'rollback', environment, ...optional({ application, to: to?.[0], reason: reason && joined(reason) }) }
}

function lock(words: readonly string[]): Command | undefined {
  const [environment, second, third, ...rest] = words
  if (!environment) return undefined
  if (second?.toLowerCase() !== 'until') {
    return { name: 'lock', environment, ...optional({ reason: joined(words.slice(1)) }) }
  }
  return third ? { name: 'lock', environment, until: third, ...optional({ reason: joined(rest) }) } : undefined
}

function heal([environment, application, ...rest]: readonly string[]): Command | undefined {
  if (!environment || rest.length > 0) return undefined
  return { name: 'heal', environment, ...optional({ application }) }
}

function bare(name: 'plan' | 'unhold' | 'help' | 'cancel'): Parse {
  return (words) => (words.length === 0 ? { name } : undefined)
}

function splitAt(words: readonly string[], mark: string): [readonly string[], (readonly string[])?] {
  const index = words.findIndex((word) => word.toLowerCase() === mark)
  return index === -1 ? [words] : [words.slice(0, index), words.slice(index + 1)]
}

function joined(words: readonly string[]): string | undefined {
  return words.join(' ').replace(/^--reason\s*/i, '') || undefined
}

function optional<T extends Record<string, string | undefined>>(fields: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string
  }
}
