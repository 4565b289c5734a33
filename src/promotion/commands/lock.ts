import { LockstepError } from '../../model/errors.ts'
import type { FileChange } from '../../model/tree.ts'
import { outcome } from '../outcome-of.ts'
import { changeState } from '../state/ledger.ts'
import { activeLock, type Lock, type PromotionState, removeEntry, writeEntry } from '../state/state.ts'
import type { Command } from './command.ts'
import { type CommandAnswer, type CommandContext, requireEnvironment, requireSnapshot } from './context.ts'
import { decideAgain } from './decide-again.ts'
import { isSameLogin } from './rate-limit.ts'
import { requireUntil } from './until.ts'

/**
 * Keeps promotions out of an environment, or with `all` out of every one: the incident stop, which keeps its first owner. A lock that meets a
 * merge in flight stands, and says that this one merge may still end. Throws UNKNOWN_ENVIRONMENT, COMMAND_USAGE.
 */
export async function lock(
  context: CommandContext,
  command: Extract<Command, { name: 'lock' }>,
): Promise<CommandAnswer> {
  const { ports } = context
  const { environment } = command
  await requireLockable(context, environment)
  const item = lockOf(command, context)
  const now = ports.clock()
  const before = await changeState(ports, `Lock ${environment}`, (state) =>
    stopOfAnother(state, item, now) ? [] : [writeEntry({ kind: 'locks', item })],
  )
  const other = stopOfAnother(before, item, now)
  if (other) return { outcome: outcome('nothing', 'LOCKED', { message: `${stopText(other)} It stays as it is.` }) }
  await decideAgain(context, environment)
  const message = [lockedText(before, item, now), inFlight(before, environment)].filter(Boolean).join(' ')
  const remedy = `/unlock ${environment}`
  return { outcome: outcome('done', 'LOCKED', { message, remedy }) }
}

/**
 * A lock that came after the comment stays. Whoever releases somebody else's incident stop breaks glass: that needs a reason, and leaves an
 * entry of who released what of whom and why. Throws UNKNOWN_ENVIRONMENT, BREAK_GLASS_REASON, LOCKED.
 */
export async function unlock(
  context: CommandContext,
  command: Extract<Command, { name: 'unlock' }>,
): Promise<CommandAnswer> {
  const { ports, comment } = context
  const { environment } = command
  await requireLockable(context, environment)
  const now = ports.clock()
  const before = await changeState(ports, `Unlock ${environment}: asked for by ${comment.author.login}`, (state) =>
    released(state, command, context, now),
  )
  const broken = before.audit.get(String(comment.id))
  const item = ownLock(before, environment, now)
  if (!item && !broken)
    return { outcome: outcome('nothing', 'NOT_LOCKED', { message: `${environment} was not locked.` }) }
  await decideAgain(context, environment)
  if (broken || (item && needsGlass(item, comment.author.login)))
    return glassBroken(broken?.of ?? (item as Lock), context)
  return { outcome: outcome('done', 'UNLOCKED', { message: `${environment} is unlocked.` }) }
}

function released(
  state: PromotionState,
  { environment, reason }: Extract<Command, { name: 'unlock' }>,
  { comment }: CommandContext,
  now: Date,
): FileChange[] {
  const item = ownLock(state, environment, now)
  if (!item || state.audit.has(String(comment.id))) return []
  if (Date.parse(item.at) > Date.parse(comment.createdAt)) throw lockedLater(item)
  const remove = removeEntry({ kind: 'locks', item })
  if (!needsGlass(item, comment.author.login)) return [remove]
  if (!reason) throw needsReason(item)
  const { id, author, createdAt } = comment
  const { environment: _, ...of } = item
  const entry = { comment: id, action: 'unlock', environment, by: author.login, at: createdAt, reason, of } as const
  return [remove, writeEntry({ kind: 'audit', item: entry })]
}

/** The lock of that very name, and not the one for all. */
function ownLock(state: PromotionState, environment: string, now: Date): Lock | undefined {
  const item = state.locks.get(environment)
  return item && (item.until === undefined || Date.parse(item.until) > now.getTime()) ? item : undefined
}

function needsGlass({ environment, by }: Lock, login: string): boolean {
  return environment === 'all' && !isSameLogin(by, login)
}

/** Taking it over would make it one's own to release. */
function stopOfAnother(state: PromotionState, item: Lock, now: Date): Lock | undefined {
  const there = ownLock(state, item.environment, now)
  return there && needsGlass(there, item.by) ? there : undefined
}

function lockOf({ environment, until, reason }: Extract<Command, { name: 'lock' }>, { comment }: CommandContext): Lock {
  const end = until === undefined ? undefined : requireUntil(until, comment).toISOString()
  return {
    environment,
    by: comment.author.login,
    at: comment.createdAt,
    ...(end && { until: end }),
    ...(reason && { reason }),
  }
}

function lockedText(before: PromotionState, { environment, by, at, until }: Lock, now: Date): string {
  const already = activeLock(before, environment, now)
  const isOwn = already && isSameLogin(already.by, by) && already.at === at
  const end = until ? ` until ${until}` : ''
  if (!already || isOwn) return `${environment} is locked${end}.`
  const whose = already.environment === environment ? '; the lock is now yours' : ''
  return `${environment} was locked already by ${already.by}${whose}${end}.`
}

function inFlight({ claims }: PromotionState, environment: string): string {
  const flying = [...claims.values()].filter((claim) => environment === 'all' || claim.environment === environment)
  const numbers = flying.map(({ pullRequest }) => `#${pullRequest}`).join(', ')
  return numbers && `One merge in flight: ${numbers}.`
}

function stopText({ by, at, until }: Pick<Lock, 'by' | 'at' | 'until'>): string {
  return `${by} stopped everything at ${at}${until ? ` until ${until}` : ''}.`
}

function glassBroken(of: Pick<Lock, 'by' | 'at' | 'until'>, { comment }: CommandContext): CommandAnswer {
  const message = `${stopText(of)} ${comment.author.login} released it; that is recorded in audit/${comment.id}.yaml on lockstep/state.`
  return { outcome: outcome('done', 'GLASS_BROKEN', { message }) }
}

async function requireLockable({ ports }: CommandContext, environment: string): Promise<void> {
  if (environment !== 'all') requireEnvironment(await requireSnapshot(ports), environment)
}

function needsReason(item: Lock): LockstepError {
  return new LockstepError({
    code: 'BREAK_GLASS_REASON',
    message: `${stopText(item)} Somebody else can release it only with a reason, which is recorded.`,
    remedy: '/unlock all --reason …',
  })
}

function lockedLater({ environment, by }: Lock): LockstepError {
  return new LockstepError({
    code: 'LOCKED',
    message: `${by} locked ${environment} after this comment was written.`,
    remedy: `/unlock ${environment}`,
  })
}
