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

export interface Grammar {
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
    usage: '/why [env] [app]',
    does: 'tell what stands in the way, since when, who can open it, how, and when at the earliest',
    parse: why,
  },
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
