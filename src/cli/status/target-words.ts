import type { ConfigurationFault, TargetStatus } from '../../model/target-status.ts'
import { oneLine } from '../../preview/comment/inert.ts'
import { plural } from '../../preview/drift-words.ts'
import type { SeenTarget } from '../../reconcile/report/look-at-target.ts'

export type Mood = 'green' | 'yellow' | 'red' | 'dim'

/** `1a2b3c4 Healthy 3d`: the commit, the one word that matters most, and since when. */
export function cellOf({ status }: SeenTarget, now: Date): string {
  const { revision, healthySince } = status
  const word = wordOf(status)
  const since = healthySince && (word === 'Healthy' || word === 'Behind') ? ` ${ageOf(healthySince, now)}` : ''
  return `${revision ? `${commitName(revision)} ` : ''}${word}${since}`
}

/** The worst that can be said of it. */
export function wordOf(status: TargetStatus): string {
  const { sync, health, drift, problems, suspended } = status
  if (sync === 'Unknown') return 'Unknown'
  if (health === 'Degraded' || health === 'Missing') return health
  if (problems.length > 0) return 'Failing'
  if (drift.length > 0) return `Drift ${drift.length}`
  if (suspended) return 'Suspended'
  return health === 'Healthy' && sync === 'OutOfSync' ? 'Behind' : health
}

export function moodOf(status: TargetStatus): Mood {
  const word = wordOf(status)
  if (word === 'Healthy') return status.configurationFault ? 'yellow' : 'green'
  if (word === 'Unknown' || word === 'Degraded' || word === 'Failing') return 'red'
  return word === 'Suspended' ? 'dim' : 'yellow'
}

/** What a reader should know of a target that is not simply fine; empty for one that is. */
export function detailsOf({ status, desired }: SeenTarget, now: Date): string[] {
  const { revision, sync, health, drift, problems, track, suspended, configurationFault } = status
  const isBehind = sync === 'OutOfSync' && drift.length + problems.length === 0
  return [
    ...(configurationFault ? faultDetails(configurationFault, now) : []),
    ...(suspended ? ['suspended: nothing is applied or healed'] : []),
    ...(track ? [`pinned to ${track}`] : []),
    ...(isBehind && revision !== undefined ? [behindDetail(revision, desired)] : []),
    ...(health === 'Healthy' || problems.length > 0 || sync === 'Unknown' ? [] : [healthDetail(status)]),
    ...(drift.length > 0 ? [driftDetail(drift)] : []),
    ...problems.map(({ code, message }) => `${message} (${code})`),
  ].map(oneLine)
}

function faultDetails({ problems, since }: ConfigurationFault, now: Date): string[] {
  const age = since ? ` for ${ageOf(since, now)}` : ''
  const places = problems.map(({ file, line, code, message }) => {
    const place = [file, line].filter((part) => part !== undefined).join(':')
    return `${place}${place ? ' ' : ''}${message} (${code})`
  })
  return [`held as Git said before: its configuration cannot be read${age}`, ...places]
}

function behindDetail(revision: string, desired: string | undefined): string {
  if (desired === undefined || desired === revision) return 'not applied in full yet'
  return `holds ${commitName(revision)}, Git is at ${commitName(desired)}`
}

function healthDetail({ health, revision }: TargetStatus): string {
  return health === 'Missing' && revision === undefined ? 'never applied' : `is ${health}`
}

function driftDetail(drift: TargetStatus['drift']): string {
  const [first] = drift
  const field = first ? `${first.object}${first.path ? ` ${first.path}` : ''}` : ''
  const by = first?.manager ? ` by ${first.manager}` : ''
  return `${plural(drift.length, 'field differs', 'fields differ')} from Git, first ${field}${by}`
}

/** `1a2b3c4`; what is no commit as it is, cut. */
export function commitName(revision: string): string {
  return /^[0-9a-f]{40,64}$/.test(revision) ? revision.slice(0, 7) : revision.slice(0, 12)
}

/** `45s`, `12m`, `3h`, `9d` from an ISO 8601 time until `now`. */
export function ageOf(since: string, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / 1000))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`
}

/** `checkout → prod (prod-eu)`. */
export function placeOf({ status: { target } }: SeenTarget): string {
  const { application, environment, cluster } = target
  return oneLine(`${application} → ${environment}${cluster === environment ? '' : ` (${cluster})`}`)
}
