import { LockstepError } from '../../model/errors.ts'
import type { Outcome } from '../../model/outcome.ts'
import { outcome } from '../outcome-of.ts'
import { changeState } from '../state/ledger.ts'
import { activeLock, removeEntry, writeEntry } from '../state/state.ts'
import type { Command } from './command.ts'
import { type CommandAnswer, type CommandContext, requireEnvironment, requireSnapshot } from './context.ts'
import { parseUntil } from './until.ts'

export async function hold(
  context: CommandContext,
  { reason }: Extract<Command, { name: 'hold' }>,
): Promise<CommandAnswer> {
  const { ports, pull, comment } = context
  const item = { pullRequest: pull.number, by: comment.author.login, at: comment.createdAt, ...(reason && { reason }) }
  await changeState(ports, `Hold #${pull.number}`, () => [writeEntry({ kind: 'holds', item })])
  await decideAgain(context)
  return { outcome: outcome('done', 'HELD', { message: `#${pull.number} is held.`, remedy: '/unhold' }) }
}

export async function unhold(context: CommandContext): Promise<CommandAnswer> {
  const { ports, pull } = context
  const before = await changeState(ports, `Release #${pull.number}`, (state) => {
    const item = state.holds.get(String(pull.number))
    return item ? [removeEntry({ kind: 'holds', item })] : []
  })
  if (!before.holds.has(String(pull.number))) return { outcome: outcome('nothing', 'NOT_HELD') }
  await decideAgain(context)
  return { outcome: outcome('done', 'HOLD_RELEASED') }
}

/** A lock that meets a merge in flight stands, and says that this one merge may still end. */
export async function lock(
  context: CommandContext,
  command: Extract<Command, { name: 'lock' }>,
): Promise<CommandAnswer> {
  const { ports, comment } = context
  const { environment, reason } = command
  await requireLockable(context, environment)
  const now = ports.clock()
  const until = command.until && parseUntil(command.until, new Date(comment.createdAt))
  if (command.until && !until) throw badTime(command.until)
  const item = {
    environment,
    by: comment.author.login,
    at: comment.createdAt,
    ...(until && { until: until.toISOString() }),
    ...(reason && { reason }),
  }
  const before = await changeState(ports, `Lock ${environment}`, () => [writeEntry({ kind: 'locks', item })])
  await decideAgain(context, environment)
  const flying = [...before.claims.values()].filter(
    (claim) => environment === 'all' || claim.environment === environment,
  )
  const inFlight = flying.map(({ pullRequest }) => `#${pullRequest}`).join(', ')
  const already = activeLock(before, environment, now)
  const message = [
    already
      ? `${environment} was locked already by ${already.by}; the lock is now yours.`
      : `${environment} is locked.`,
    ...(inFlight ? [`One merge in flight: ${inFlight}.`] : []),
  ].join(' ')
  return { outcome: outcome('done', 'LOCKED', { message, remedy: `/unlock ${environment}` }) }
}

export async function unlock(
  context: CommandContext,
  { environment }: Extract<Command, { name: 'unlock' }>,
): Promise<CommandAnswer> {
  const { ports } = context
  await requireLockable(context, environment)
  const before = await changeState(ports, `Unlock ${environment}`, (state) => {
    const item = state.locks.get(environment)
    return item ? [removeEntry({ kind: 'locks', item })] : []
  })
  if (!before.locks.has(environment)) return { outcome: notLocked(environment) }
  await decideAgain(context, environment)
  return { outcome: outcome('done', 'UNLOCKED', { message: `${environment} is unlocked.` }) }
}

function notLocked(environment: string): Outcome {
  return outcome('nothing', 'NOT_LOCKED', { message: `${environment} was not locked.` })
}

async function requireLockable({ ports }: CommandContext, environment: string): Promise<void> {
  if (environment !== 'all') requireEnvironment(await requireSnapshot(ports), environment)
}

/** Gates that read the state are decided again, and what became free may merge. */
async function decideAgain({ ports, pull }: CommandContext, environment?: string): Promise<void> {
  const { ref: repository } = ports.repository
  await ports.queue.add({ kind: 'preview', repository, number: pull.number })
  const names = environment === 'all' ? await environmentNames(ports) : environment ? [environment] : []
  for (const name of names) await ports.queue.add({ kind: 'gates', repository, environment: name })
  await ports.queue.add({ kind: 'promotions', repository })
}

async function environmentNames(ports: CommandContext['ports']): Promise<string[]> {
  return (await requireSnapshot(ports)).config.environments.map(({ name }) => name)
}

function badTime(text: string): LockstepError {
  return new LockstepError({
    code: 'COMMAND_USAGE',
    message: `"${text}" is not a time.`,
    remedy: 'Write a length (30m, 2h, 3d) or a time (2026-11-21T18:00Z).',
  })
}
