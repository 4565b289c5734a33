import { printTrack } from '../../config/print-track.ts'
import type { Track } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import type { Mirror } from '../../model/mirror.ts'
import { highestTag } from './highest-tag.ts'

/** The commit that is tracked now. Throws TRACK_MISSING where there is none. */
export async function resolveTrack(mirror: Pick<Mirror, 'resolve' | 'tags'>, track: Track): Promise<string> {
  const ref = await refOf(mirror, track)
  const revision = ref === undefined ? undefined : await mirror.resolve(ref)
  if (revision === undefined) throw trackMissing(track)
  return revision
}

async function refOf(mirror: Pick<Mirror, 'tags'>, track: Track): Promise<string | undefined> {
  if ('branch' in track) return `refs/heads/${track.branch}`
  if ('commit' in track) return track.commit
  const tag = track.tag.includes('*') ? highestTag(track.tag, await mirror.tags()) : track.tag
  return tag === undefined ? undefined : `refs/tags/${tag}`
}

function trackMissing(track: Track): LockstepError {
  return new LockstepError({
    code: 'TRACK_MISSING',
    message: `The environment tracks ${printTrack(track)}, which the repository does not have, so nothing is applied, healed or pruned.`,
    file: '.lockstep.yaml',
    remedy: 'Push what it tracks, or change `track`.',
  })
}
