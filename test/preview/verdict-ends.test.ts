import { expect, test } from '@jest/globals'
import type { GateReason } from '../../src/model/gate.ts'
import type { GateVerdict } from '../../src/preview/gate-verdict.ts'
import { verdictEndsInMs } from '../../src/preview/verdict-ends.ts'

const NOW = new Date('2026-11-20T14:59:00Z')
const freeze: GateReason = { code: 'FREEZE_OPEN', verdict: 'passed', message: '', closesAt: '2026-11-20T15:00:00Z' }
const soak: GateReason = { code: 'SOAK_WAITS', verdict: 'waits', message: '', opensAt: '2026-11-20T14:59:30Z' }
const late: GateReason = { ...freeze, closesAt: '2026-11-20T15:04:01Z' }
const over: GateReason = { ...soak, opensAt: '2026-11-20T14:58:59Z' }

test.each<[string, GateVerdict['conclusion'], readonly GateReason[], number | undefined]>([
  ['a green gate ends when a freeze begins', 'success', [freeze], 60_000],
  ['a gate that waits may open when its soak ends', 'action_required', [soak, freeze], 30_000],
  ['a gate that is shut does not care when a freeze begins', 'failure', [freeze], undefined],
  ['what lies beyond the next sweep is left to it', 'success', [late], undefined],
  ['what is over brings nothing', 'action_required', [over], undefined],
  ['nothing ends by time alone', 'success', [], undefined],
])('%s', (_, conclusion, reasons, expected) => {
  expect(verdictEndsInMs({ conclusion, title: '', reasons }, NOW)).toBe(expected)
})
