import type { Command } from './command.ts'
import { splitUntil } from './until.ts'

/** The words behind a command's name; undefined where they are not how the command is written. */
export type Parse = (words: readonly string[]) => Command | undefined

type Bare = 'plan' | 'unhold' | 'help' | 'cancel'
type OnEnvironment = 'heal' | 'history' | 'resume'

export function promote(words: readonly string[]): Command | undefined {
  const flags = words.filter((word) => word.startsWith('--')).map((flag) => flag.toLowerCase())
  const [environment, ...applications] = words.filter((word) => !word.startsWith('--'))
  if (flags.some((flag) => flag !== '--all' && flag !== '--dry-run')) return undefined
  const all = flags.includes('--all')
  if (all && (applications.length > 0 || !environment)) return undefined
  return { name: 'promote', ...optional({ environment }), applications, all, dryRun: flags.includes('--dry-run') }
}

export function rollback(words: readonly string[]): Command | undefined {
  const [before, reason] = splitAt(words, '--reason')
  const [names, to] = splitAt(before, 'to')
  const [environment, application, ...rest] = names
  if (!environment || rest.length > 0 || names.some((word) => word.startsWith('--'))) return undefined
  if (to && !(to.length === 1 && /^(?:#\d+|[\da-f]{7,64})$/i.test(to[0] ?? ''))) return undefined
  return { name: 'rollback', environment, ...optional({ application, to: to?.[0], reason: reason && joined(reason) }) }
}

export function hold(words: readonly string[]): Command | undefined {
  const stop = stopOf(words)
  return stop && { name: 'hold', ...stop }
}

export function lock([environment, ...words]: readonly string[]): Command | undefined {
  const stop = stopOf(words)
  return environment && stop ? { name: 'lock', environment, ...stop } : undefined
}

export function unlock([environment, ...words]: readonly string[]): Command | undefined {
  const [rest, reason] = splitAt(words, '--reason')
  if (!environment || rest.length > 0 || reason?.length === 0) return undefined
  return { name: 'unlock', environment, ...optional({ reason: reason && joined(reason) }) }
}

export function confirmPrune([revision, ...rest]: readonly string[]): Command | undefined {
  if (!revision || rest.length > 0 || !/^[\da-f]{7,64}$/i.test(revision)) return undefined
  return { name: 'confirm-prune', revision: revision.toLowerCase() }
}

export function why([environment, application, ...rest]: readonly string[]): Command | undefined {
  return rest.length > 0 ? undefined : { name: 'why', ...optional({ environment, application }) }
}

export function onEnvironment(name: OnEnvironment): Parse {
  return ([environment, application, ...rest]) =>
    environment && rest.length === 0 ? { name, environment, ...optional({ application }) } : undefined
}

export function bare(name: Bare): Parse {
  return (words) => (words.length === 0 ? { name } : undefined)
}

/** `[until <time>] [reason]` */
function stopOf(words: readonly string[]): { until?: string; reason?: string } | undefined {
  if (words[0]?.toLowerCase() !== 'until') return optional({ reason: joined(words) })
  const split = splitUntil(words.slice(1))
  return split && optional({ until: split.until, reason: joined(split.rest) })
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
