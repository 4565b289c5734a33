import type { Track } from './repository-config.ts'

/** As it is shown wherever the environment is listed: `branch release/2`, `tag v1.*`, `commit 4f9c2a…`. */
export function printTrack(track: Track): string {
  if ('branch' in track) return `branch ${track.branch}`
  return 'tag' in track ? `tag ${track.tag}` : `commit ${track.commit.slice(0, 12)}`
}
