import type { Mirror } from '../../model/mirror.ts'
import { isObjectId } from '../../model/object-id.ts'
import type { Git } from './run-git.ts'

/** Refs that no fetch touches: what they name is kept even where the remote forgot it. */
const PLACE = 'refs/lockstep/kept'

export function createKept(git: Git): Pick<Mirror, 'kept' | 'keep'> {
  return {
    async kept(name) {
      const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', refOf(name)]
      const { stdout } = await git.run(args, { codes: [0, 1] })
      return stdout.toString().trim() || undefined
    },
    async keep(name, sha, was = '') {
      if (!isObjectId(sha)) throw new TypeError(`${sha} is not a commit id`)
      // 128: another process keeps another by now.
      await git.run(['update-ref', refOf(name), sha, was], { codes: [0, 128] })
    },
  }
}

function refOf(name: string): string {
  if (!/^[a-z-]+$/.test(name)) throw new TypeError(`${name} is not a name to keep a commit under`)
  return `${PLACE}/${name}`
}
