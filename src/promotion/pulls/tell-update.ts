import { LockstepError } from '../../model/errors.ts'
import type { PullRequest, Review } from '../../model/github.ts'
import type { CarriedChange } from '../carry/carried-change.ts'
import { readSources } from '../carry/kustomization-sources.ts'
import { fieldsOf, type PromotionPlan, planCarry } from '../carry/plan.ts'
import { cell, codeSpan, plain } from '../edit/text-escape.ts'
import type { PromotionPorts } from '../ports.ts'
import { isSameResult } from './same-result.ts'
import type { Snapshot } from './snapshot.ts'

/** The one comment on a promotion about what became of it. */
export const UPDATE_TOPIC = 'promotion-update'

export interface Update {
  readonly pull: PullRequest
  /** Heads of the branch before and after. */
  readonly was: string | undefined
  readonly head: string
  readonly plan: PromotionPlan
}

/**
 * What an update in place entails: approvals of another rendered result are dismissed on GitHub, and a comment says what changed and what
 * became of them. May be repeated.
 */
export async function tellUpdate(ports: PromotionPorts, snapshot: Snapshot, update: Update): Promise<void> {
  const { pull, head } = update
  const approvals = (await ports.repository.pulls.reviews(pull.number)).filter(
    ({ state, commit, author }) => state === 'APPROVED' && commit !== head && !author.bot,
  )
  const fates = []
  for (const review of approvals) fates.push(await settleReview(ports, snapshot, update, review))
  const changes = await valuesChanged(ports, snapshot, update)
  await ports.repository.comments.ensure(pull.number, UPDATE_TOPIC, updateText(update, changes, fates))
}

/** That the branch is left alone since somebody else committed to it. May be repeated. */
export async function tellEdited(ports: PromotionPorts, number: number, head: string): Promise<void> {
  const text = `${codeSpan(head.slice(0, 12))} is not by Lockstep, so the branch is left as it is and is not merged by itself. Take that commit off the branch, or close this pull request and delete the branch: a fresh one is opened then.`
  await ports.repository.comments.ensure(number, UPDATE_TOPIC, text)
}

interface ReviewFate {
  readonly login: string
  readonly fate: 'kept' | 'dismissed' | 'void'
  /** Why GitHub did not dismiss it. */
  readonly why?: string
}

async function settleReview(
  ports: PromotionPorts,
  snapshot: Snapshot,
  { pull, head, plan }: Update,
  { id, author: { login }, commit }: Review,
): Promise<ReviewFate> {
  if (await isSameResult(ports, snapshot, { application: plan.application, environment: plan.to }, commit, head))
    return { login, fate: 'kept' }
  const message = `${head.slice(0, 12)} renders ${plan.application} in ${plan.to} to something else than what was approved. Please review it again.`
  try {
    await ports.repository.pulls.dismissReview(pull.number, id, message)
    return { login, fate: 'dismissed' }
  } catch (error) {
    if (error instanceof LockstepError && error.kind === 'refused')
      return { login, fate: 'void', why: error.problems[0]?.message ?? '' }
    throw error
  }
}

/** What the branch now sets differently than before; undefined where that cannot be read any more. */
async function valuesChanged(
  { mirror }: PromotionPorts,
  { overlays, config }: Snapshot,
  { was, head, plan }: Update,
): Promise<readonly CarriedChange[] | undefined> {
  if (!was || was === head) return undefined
  if (!(await mirror.resolve(head))) await mirror.fetch()
  if (!(await mirror.resolve(was)) || !(await mirror.resolve(head))) return undefined
  const [before, after] = await Promise.all(
    [was, head].map(async (sha) => readSources(await mirror.tree(sha), overlays)),
  )
  if (!before || !after) return undefined
  const { application, to } = plan
  try {
    const origins = await fieldsOf(after, { application, config }, to)
    return (await planCarry(before, { config, application, from: to, to, origins, exact: true })).carried
  } catch (error) {
    if (error instanceof LockstepError) return undefined
    throw error
  }
}

const MOST_ROWS = 20

function updateText(
  { head, plan }: Update,
  changes: readonly CarriedChange[] | undefined,
  fates: readonly ReviewFate[],
): string {
  const at = codeSpan(head.slice(0, 12))
  const what =
    changes === undefined
      ? `Brought up to date at ${at}.`
      : changes.length === 0
        ? `Brought up to date at ${at}; it carries the same values as before.`
        : `Brought up to date at ${at}:\n\n${changesTable(changes)}`
  return [what, ...fates.map((fate) => fateText(fate, plan))].join('\n\n')
}

function changesTable(changes: readonly CarriedChange[]): string {
  const rows = changes
    .slice(0, MOST_ROWS)
    .map(({ path, before, after }) => `| ${cell(path)} | ${cell(before)} | ${cell(after)} |`)
  const rest = changes.length > MOST_ROWS ? `\n\n…and ${changes.length - MOST_ROWS} more.` : ''
  return `| field | was | is |\n| --- | --- | --- |\n${rows.join('\n')}${rest}`
}

function fateText({ login, fate, why }: ReviewFate, { to }: PromotionPlan): string {
  const who = codeSpan(login)
  const where = codeSpan(to)
  if (fate === 'kept') return `The approval by ${who} stays: what is rendered for ${where} is the same.`
  const because = `what is rendered for ${where} is not what was approved`
  if (fate === 'dismissed') return `The approval by ${who} was dismissed: ${because}.`
  return `The approval by ${who} does not count any more: ${because}. GitHub did not let Lockstep dismiss it: ${plain(why ?? '')}`
}
