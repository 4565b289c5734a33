import { BLOCKERS, type BlockerCode, type Opener } from '../../src/promotion/gates/blockers.ts'
import { REASONS } from '../../src/promotion/reasons.ts'

const OPENERS: Readonly<Record<Opener, string>> = {
  itself: 'opens by itself',
  commanders: 'who may command in the environment',
  'all-commanders': 'who may command in every environment',
  writers: 'anybody with write access',
  rules: 'whom the rules of the branch name',
  operator: 'whoever operates Lockstep',
}

/** docs/reference/blocked-promotions.md as it has to be. */
export function blockedPromotionsPage(): string {
  const rows = (Object.keys(BLOCKERS) as BlockerCode[]).map((code) => {
    const { by, how } = BLOCKERS[code]
    const step = how.replace('{env}', '<env>').replace('{app}', '<app>')
    const cells = [
      `\`${code}\``,
      REASONS[code].split('; ')[0] ?? '',
      OPENERS[by],
      how.startsWith('/') ? `\`${step}\`` : step,
    ]
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  return `${HEAD}\n| state | what it means | who opens it | how |\n|---|---|---|---|\n${rows.join('\n')}\n`
}

const HEAD = `# What keeps a promotion from going on

Every state in which a promotion stands still has a code of its own and a way out. \`/why\` on a promotion tells which of them hold, since when, who
can open each, the command that would, and when all of it can be open at the earliest; \`/why <env> [app]\` on any pull request does so for the
promotions into an environment, also for those that are not open. Where a gate knows more exactly who or how than this list, it says so. Unknown
facts block. This page is made from the code: \`UPDATE_DOCS=1 node tools/run-jest.mjs test/docs\` refreshes it.
`
