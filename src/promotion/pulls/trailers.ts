/** What a promotion's commit says about itself, so that Git alone tells the history. */
export interface PromotionTrailers {
  readonly application: string
  /** An environment; for a rollback the commit whose values were restored. */
  readonly from: string
  readonly to: string
  readonly planHash: string
  readonly requestedBy: string
  readonly kind: 'promotion' | 'rollback'
  /** Where each version of upstream is promoted: the commit whose values it carries. */
  readonly source?: string
}

const KEYS = {
  application: 'Lockstep-App',
  from: 'Lockstep-From',
  to: 'Lockstep-To',
  planHash: 'Lockstep-Plan',
  requestedBy: 'Lockstep-Requested-By',
  kind: 'Lockstep-Kind',
  source: 'Lockstep-Source',
} as const

/** One line each; values are made single lines. */
export function printTrailers(trailers: PromotionTrailers): string {
  return Object.entries(KEYS)
    .map(([field, key]) => [key, trailers[field as keyof typeof KEYS]] as const)
    .flatMap(([key, value]) => (value === undefined ? [] : `${key}: ${value.replace(/\s+/g, ' ').trim()}`))
    .join('\n')
}

/** From the last paragraph that holds them; undefined when one of app, from, to and plan is missing. */
export function parseTrailers(message: string): PromotionTrailers | undefined {
  const values = new Map<string, string>()
  for (const match of message.matchAll(/^(Lockstep-[A-Za-z-]+):[ \t]*(\S.*?)[ \t]*\r?$/gm))
    values.set(match[1] ?? '', match[2] ?? '')
  const read = (field: keyof typeof KEYS) => values.get(KEYS[field])
  const [application, from, to, planHash] = [read('application'), read('from'), read('to'), read('planHash')]
  if (!application || !from || !to || !planHash || !/^[\da-f]{64}$/.test(planHash)) return undefined
  const kind = read('kind') === 'rollback' ? 'rollback' : 'promotion'
  const source = /^[\da-f]{40,64}$/.exec(read('source') ?? '')?.[0]
  return { application, from, to, planHash, requestedBy: read('requestedBy') ?? '', kind, ...(source && { source }) }
}
