import { nearestName } from '../../model/nearest-name.ts'
import { spokenLines } from '../../model/spoken-lines.ts'
import {
  bare,
  confirmPrune,
  hold,
  lock,
  onEnvironment,
  type Parse,
  promote,
  rollback,
  unlock,
  why,
} from './arguments.ts'

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
  | { readonly name: 'history'; readonly environment: string; readonly application?: string }
  | { readonly name: 'resume'; readonly environment: string; readonly application?: string }
  | { readonly name: 'plan' | 'unhold' | 'help' | 'cancel' }
  | { readonly name: 'why'; readonly environment?: string }
  /** `until` is a time in one of the forms of `until.ts`. */
  | { readonly name: 'hold'; readonly until?: string; readonly reason?: string }
  | { readonly name: 'lock'; readonly environment: string; readonly until?: string; readonly reason?: string }
  | { readonly name: 'unlock'; readonly environment: string; readonly reason?: string }
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
  why: { usage: '/why [env]', does: 'list the gates and what would open them', parse: why },
  history: {
    usage: '/history <env> [app]',
    does: 'list what was promoted and rolled back, by whom and when',
    parse: onEnvironment('history'),
  },
  hold: {
    usage: '/hold [until <time|2h>] [reason]',
    does: 'keep this promotion from merging',
    parse: hold,
  },
  unhold: { usage: '/unhold', does: 'release the hold', parse: bare('unhold') },
  lock: {
    usage: '/lock <env|all> [until <time|2h>] [reason]',
    does: 'keep promotions out of an environment; `all` is the incident stop',
    parse: lock,
  },
  unlock: {
    usage: '/unlock <env|all> [--reason …]',
    does: "open it again; somebody else's incident stop needs the reason, which is recorded",
    parse: unlock,
  },
  heal: { usage: '/heal <env> [app]', does: 'put live objects back to what Git says', parse: onEnvironment('heal') },
  resume: {
    usage: '/resume <env> [app]',
    does: 'let a version that was rolled back there be promoted again',
    parse: onEnvironment('resume'),
  },
  'confirm-prune': {
    usage: '/confirm-prune <commit>',
    does: 'allow deletions beyond the limit at exactly this commit',
    parse: confirmPrune,
  },
  cancel: { usage: '/cancel', does: 'close this promotion', parse: bare('cancel') },
  help: { usage: '/help', does: 'list the commands, and which of them you may give', parse: bare('help') },
  hotfix: { usage: '/hotfix <env> --reason …', does: 'skip soak for a fix' },
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
