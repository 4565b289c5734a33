import type { TargetStatus } from '../../model/target-status.ts'

/** What the board shows of a target besides its state. */
export type Marks = Pick<TargetStatus, 'track' | 'waitingFor' | 'waitsOn' | 'suspended'>

/** What was shown before, for who looks at the cluster alone. */
export function marksOf({ track, waitingFor, waitsOn, suspended }: Partial<Marks> = {}): Marks {
  return {
    ...(track && { track }),
    ...(waitingFor && { waitingFor }),
    ...(waitsOn && { waitsOn }),
    ...(suspended && { suspended }),
  }
}
