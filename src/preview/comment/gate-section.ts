import type { GateReason } from '../../model/gate.ts'
import { plural } from '../drift-words.ts'
import type { PreviewReport } from '../preview-report.ts'
import { clip, code, plain } from './inert.ts'
import { itemsOf, type Section } from './section.ts'
import type { Elsewhere } from './surface.ts'
import { printTime } from './words.ts'

const VERDICTS = { passed: '✅', waits: '⏳', blocked: '⛔' } as const

/** What the gate asks beyond what the pull request itself does. */
export function gateSection({ gates }: PreviewReport, elsewhere: Elsewhere): Section {
  return {
    name: 'gates',
    head: '**Gates**',
    levels: [itemsOf(gates.map((reason) => `- ${describeReason(reason)}`))],
    rest: (count) => `… and ${plural(count, 'more gate', 'more gates')}: ${elsewhere}`,
    between: '\n',
    share: 0.1,
  }
}

/** `⏳ staging has been healthy for 26 of 60 minutes, opens 2026-…, try /why prod, SOAK_WAITS` as Markdown. */
export function describeReason(reason: GateReason): string {
  const opens = reason.opensAt ? `, opens ${plain(printTime(reason.opensAt))}` : ''
  const help = reason.unblock && reason.verdict !== 'passed' ? ` → ${unblock(reason.unblock)}` : ''
  return `${VERDICTS[reason.verdict]} ${plain(clip(reason.message, 500))}${opens}${help} ${code(reason.code)}`
}

function unblock(text: string): string {
  return text.startsWith('/') ? code(clip(text, 300)) : plain(clip(text, 300))
}
