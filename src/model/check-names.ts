/** The only check to require; it sums up all others and is always finished. */
export const GATE_CHECK = 'lockstep/gate'

export function renderCheck(environment: string): string {
  return `${RENDER}${environment}`
}

export function driftCheck(environment: string): string {
  return `${DRIFT}${environment}`
}

/** Reads back what `renderCheck` and `driftCheck` printed; undefined for every other name. */
export function parseCheckName(name: string): { kind: 'render' | 'drift'; environment: string } | undefined {
  if (name.startsWith(RENDER)) return { kind: 'render', environment: name.slice(RENDER.length) }
  return name.startsWith(DRIFT) ? { kind: 'drift', environment: name.slice(DRIFT.length) } : undefined
}

const RENDER = 'lockstep/render/'
const DRIFT = 'lockstep/drift/'
