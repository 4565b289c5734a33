import type { Command } from '../../src/promotion/commands/command.ts'
import { GRAMMAR } from '../../src/promotion/commands/grammar.ts'
import { MOST_COMMANDS } from '../../src/promotion/commands/parse-comment.ts'
import { NOT_ON_FORKS } from '../../src/promotion/commands/place.ts'
import { MOST_BY_PERSON, MOST_IN_REPOSITORY, WINDOW_MS } from '../../src/promotion/commands/rate-limit.ts'
import { RIGHTS, type Right } from '../../src/promotion/commands/rights.ts'
import { UNTIL_FORMS } from '../../src/promotion/commands/until.ts'
import { REASONS, type Reason } from '../../src/promotion/reasons.ts'

type Name = Command['name']

interface Page {
  /** Where its comment may stand, besides what holds for every command. */
  readonly where: string
  readonly notes: readonly string[]
  /** Every code that the command itself answers with. */
  readonly answers: readonly Reason[]
}

const ANY_PULL_REQUEST = 'any pull request'
const PROMOTIONS = 'promotions and rollbacks'
/** Files that cannot be read or edited. */
const EDITS: readonly Reason[] = [
  'CARRY_CONFLICT',
  'FIELD_IS_SHARED',
  'YAML_NOT_EDITABLE',
  'YAML_UNREADABLE',
  'EDIT_NOT_EXACT',
  'FILE_IS_LINK',
  'FILE_NOT_TEXT',
  'OVERLAY_UNREADABLE',
]
const OPENS: readonly Reason[] = [
  'PROMOTION_OPENED',
  'PROMOTION_UPDATED',
  'PROMOTION_CURRENT',
  'PROMOTION_CLOSED',
  'HOP_RECORDED',
  'NOTHING_TO_PROMOTE',
  'FIRST_ENVIRONMENT',
  'NO_UPSTREAM',
  'UPSTREAMS_DIFFER',
  'UPSTREAM_NOT_APPLIED',
  'UPSTREAM_NOT_HEALTHY',
  'FACTS_UNKNOWN',
  'BRANCH_EDITED',
  'BRANCH_MOVED',
  ...EDITS,
]
const NAMES: readonly Reason[] = ['UNKNOWN_ENVIRONMENT', 'UNKNOWN_APPLICATION']
const HEAD: readonly Reason[] = ['PLAN_NOT_POSTED', 'HEAD_SWAPPED']

/** What the code of each command does not say in a form that could be printed. */
export const PAGES: Readonly<Record<Name, Page>> = {
  promote: {
    where: `${ANY_PULL_REQUEST}; without an environment, open promotions`,
    notes: [
      'On an open promotion, alone or with its own environment, it arms exactly the head that was planned: the pull request is merged as soon as its gates pass. A new commit has to be armed again.',
      'Anywhere else it only opens, or brings up to date, the promotion of the named applications, of `--all`, or of those that the pull request touches. It also opens what a person had closed.',
      '`--dry-run` answers with the plan, and changes nothing.',
    ],
    answers: [
      ...HEAD,
      ...NAMES,
      'PROMOTION_ARMED',
      ...OPENS,
      'PLAN_SHOWN',
      'NO_APPLICATION',
      'NOT_A_PROMOTION',
      'PULL_REQUEST_CLOSED',
    ],
  },
  rollback: {
    where: ANY_PULL_REQUEST,
    notes: [
      'Without `to`, what was set before the last promotion of that application; `to #12` is the state that this promotion or rollback brought, `to <commit>` that of a commit of the default branch. The pull request merges once its own gates pass.',
      'Without an application, that of the promotion it stands on, or the only one that the pull request touches. The version that is taken back is promoted nowhere until `/resume`.',
      '`--reason` and all behind it is kept in the record.',
    ],
    answers: [
      ...HEAD,
      ...NAMES,
      'ROLLBACK_OPENED',
      'ROLLBACK_OPEN',
      'PROMOTION_UPDATED',
      'PROMOTION_CURRENT',
      'NOTHING_TO_ROLL_BACK',
      'NO_PROMOTION_FOUND',
      'ALREADY_ROLLED_BACK',
      'UNKNOWN_REVISION',
      'NO_APPLICATION',
      'BRANCH_EDITED',
      'BRANCH_MOVED',
      ...EDITS,
    ],
  },
  plan: {
    where: 'any open pull request, forks’ too',
    notes: [
      'The comment and the checks are made again from scratch.',
      'The head of a fork is rendered only after a comment that says nothing but `/plan`, and only that head: a new push needs it again.',
    ],
    answers: ['PLAN_REQUESTED'],
  },
  why: {
    where: ANY_PULL_REQUEST,
    notes: [
      'On a promotion it is about that one. Elsewhere, or with an environment, about every promotion that is open there and every one that ought to be.',
    ],
    answers: ['GATES_SHOWN', ...NAMES],
  },
  history: {
    where: ANY_PULL_REQUEST,
    notes: ['The newest come first; hops that changed nothing and needed no pull request are among them.'],
    answers: ['HISTORY_SHOWN', ...NAMES],
  },
  hold: {
    where: PROMOTIONS,
    notes: ['Until `/unhold`, or until the time given, counted from when the comment was written.'],
    answers: ['HELD', 'NOT_A_PROMOTION', 'COMMAND_USAGE'],
  },
  unhold: {
    where: PROMOTIONS,
    notes: ['A hold that is newer than the comment stays.'],
    answers: ['HOLD_RELEASED', 'NOT_HELD', 'HELD'],
  },
  lock: {
    where: ANY_PULL_REQUEST,
    notes: [
      'Nothing is merged there until `/unlock`, or until the time given. A merge that has begun may still end, and the reply names it.',
      '`/lock all` is the incident stop: everybody with write access may pull it, and nobody can take it over by locking again.',
    ],
    answers: ['LOCKED', 'UNKNOWN_ENVIRONMENT', 'COMMAND_USAGE'],
  },
  unlock: {
    where: ANY_PULL_REQUEST,
    notes: [
      'A lock that is newer than the comment stays. `/unlock <env>` does not open `all`.',
      'Releasing somebody else’s incident stop needs `--reason`, and leaves who released what of whom, when and why in `audit/` on the branch `lockstep/state`.',
    ],
    answers: ['UNLOCKED', 'NOT_LOCKED', 'LOCKED', 'BREAK_GLASS_REASON', 'GLASS_BROKEN', 'UNKNOWN_ENVIRONMENT'],
  },
  heal: {
    where: ANY_PULL_REQUEST,
    notes: ['The workers of the clusters are asked to take drift back, whatever the policy.'],
    answers: ['HEAL_REQUESTED', ...NAMES],
  },
  resume: {
    where: ANY_PULL_REQUEST,
    notes: [
      'The environment is the one where the version was rolled back. A version that is rolled back after the comment stays where it is.',
      'Who let it is kept in `audit/` on the branch `lockstep/state`.',
    ],
    answers: ['RESUMED', 'NOTHING_QUARANTINED', ...NAMES],
  },
  'confirm-prune': {
    where: ANY_PULL_REQUEST,
    notes: ['The commit is printed where the deletion waits. A later commit asks again.'],
    answers: ['PRUNE_CONFIRMED', 'UNKNOWN_REVISION'],
  },
  cancel: {
    where: PROMOTIONS,
    notes: ['It stays closed until what it would carry changes, or `/promote <env> <app>`.'],
    answers: ['CANCELLED', 'NOT_A_PROMOTION', 'PULL_REQUEST_CLOSED', 'MERGE_IN_FLIGHT'],
  },
  help: {
    where: ANY_PULL_REQUEST,
    notes: [
      'From the configuration of the default branch and the rights of the one who asks, as they are now: what that person may give nowhere is left out, and who commands each environment is told.',
    ],
    answers: ['HELP_SHOWN'],
  },
}

/** Every code that a comment can meet before its command runs. */
export const BEFORE: readonly Reason[] = [
  'COMMENT_FROM_BOT',
  'COMMENT_EDITED',
  'ALREADY_HANDLED',
  'NOT_PERMITTED',
  'NOT_IN_TEAM',
  'COMMAND_ON_FORK',
  'COMMAND_ON_ISSUE',
  'PULL_REQUEST_CLOSED',
  'COMMAND_TOO_MANY',
  'RATE_LIMITED',
  'COMMAND_UNKNOWN',
  'COMMAND_USAGE',
  'COMMAND_NOT_AVAILABLE',
  'NO_COMMAND',
  'NOT_CONFIGURED',
  'STATE_UNKNOWN',
  'STATE_MISSING',
  'STATE_REWRITTEN',
  'STATE_NOT_OURS',
]

const WHO: Readonly<Record<Right, string>> = {
  read: 'whoever may read the repository',
  write: 'people with write access',
  environment: 'people with write access, who are in one of the environment’s `commands.teams` where it names some',
  every: 'people with write access, who may command every environment',
}

const INTRODUCTION = `## In comments

In a comment on a pull request, each at the start of a line of its own, in capitals or not; \`/help\` there lists those that its author may give.

**What is taken.** Comments as they were first written, by people. Not: text in code, in quotes and in HTML comments; descriptions, reviews and
review comments; edits; bots, Lockstep among them. Of one comment at most ${MOST_COMMANDS} commands; of one person at most ${MOST_BY_PERSON} in ${WINDOW_MS / 60_000} minutes, of a repository
${MOST_IN_REPOSITORY}, where \`/hold\` and \`/lock\` are never too many. Other tools’ commands are left alone; what is close to one of ours is answered with
the one that was meant.

**Who is asked about.** Permission and teams are GitHub’s own answer at the moment when the command runs, and the rules those of the default
branch: a pull request cannot change who commands it. What is done on a head is bound to it: its plan must have been posted before the comment,
and a head that moved or was swapped since, even for a while, is refused.

**How it is answered.** 👀 it is looked at; then 🚀 done, 😕 not understood, or 👎 refused. One reply a comment, with a code, what is so and the command
that would help; what meets the same cause is told once, and the reply to a common cause is one comment that is edited in place. Who may not
read the repository, or may only read a public one, gets the reaction without words. An event that is lost is found again within minutes, and
one that comes twice does nothing twice.

**Times.** ${UNTIL_FORMS} A length counts from when the comment was written.
`

/** The part of docs/reference/commands.md about comments. */
export function commentCommands(): string {
  const names = Object.keys(PAGES) as Name[]
  const sections = names.map(section)
  const before = `### What every command can meet\n\n${codes(BEFORE)}`
  return [INTRODUCTION, overview(names), ...sections, before, notYet()].join('\n')
}

function overview(names: readonly Name[]): string {
  const rows = names.map((name) => `| [\`/${name}\`](#${name}) | ${cell(grammarOf(name).does)} |`)
  return `| command | does |\n|---|---|\n${rows.join('\n')}\n`
}

function section(name: Name): string {
  const { where, notes, answers } = PAGES[name]
  const { usage, does } = grammarOf(name)
  const forks = NOT_ON_FORKS.has(name) ? '; not on open pull requests from forks' : ''
  const facts = [`- **Who** ${WHO[RIGHTS[name]]}${exception(name)}`, `- **Where** ${where}${forks}`]
  return `### /${name}\n\n\`\`\`text\n${usage}\n\`\`\`\n\n${capital(does)}.\n\n${facts.join('\n')}\n\n${notes.join('\n')}\n\n${codes(answers)}`
}

function exception(name: Name): string {
  if (name === 'lock') return '; `all`: everybody with write access'
  return name === 'unlock' ? '; `all`: those who may command every environment' : ''
}

function codes(list: readonly Reason[]): string {
  const rows = [...new Set(list)].map((code) => `| \`${code}\` | ${cell(REASONS[code])} |`)
  return `| answers | |\n|---|---|\n${rows.join('\n')}\n`
}

function notYet(): string {
  const names = Object.entries(GRAMMAR).flatMap(([, { usage, parse }]) => (parse ? [] : [`\`${usage}\``]))
  if (names.length === 0) return ''
  return `Not in this version, and answered with \`COMMAND_NOT_AVAILABLE\`: ${names.join(', ')}.\n`
}

function grammarOf(name: Name): { readonly usage: string; readonly does: string } {
  const found = GRAMMAR[name]
  if (!found) throw new Error(`/${name} is not in the grammar`)
  return found
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
