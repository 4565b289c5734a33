import type { GateReason } from '../../model/gate.ts'
import { plural } from '../drift-words.ts'
import type { PreviewReport } from '../preview-report.ts'
import { clip, code, plain } from './inert.ts'
import type { Section } from './section.ts'

const VERDICTS = { passed: '✅ passed', waits: '⏳ waits', blocked: '⛔ blocked' } as const

/** What the gate asks beyond what the pull request itself does. */
export function gateSection({ gates }: PreviewReport): Section {
  const items = gates.map((reason) => `- ${describeReason(reason)}`)
  return {
    name: 'gates',
    head: '**Gate**',
    items,
    total: items.length,
    rest: (count) => `… and ${plural(count, 'more reason', 'more reasons')} of the gate.`,
    between: '\n',
    share: 0.15,
  }
}

/** `⏳ waits: soak of 34 minutes, opens 2026-…. SOAK_WAITS, /why` as Markdown. */
export function describeReason(reason: GateReason): string {
  const opens = reason.opensAt ? `, opens ${plain(reason.opensAt)}` : ''
  const help = reason.unblock && reason.verdict !== 'passed' ? ` → ${unblock(reason.unblock)}` : ''
  const message = plain(clip(reason.message, 500))
  return `**${VERDICTS[reason.verdict]}** ${code(reason.code)} ${message}${opens}${help}`
}

function unblock(text: string): string {
  return text.startsWith('/') ? code(text) : plain(clip(text, 300))
}
