import { tmpdir } from 'node:os'
import { LockstepError } from '../../model/errors.ts'
import { createGit } from './run-git.ts'

const NEEDED = [2, 38] as const

/** Refuses with GIT_MISSING or GIT_TOO_OLD (kind `unreachable`); merges without a work tree need git 2.38. */
export async function requireGit(): Promise<void> {
  const { stdout } = await createGit({ cwd: tmpdir() }).run(['version'])
  const text = stdout.toString().trim()
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(text) ?? []
  if (Number(major) > NEEDED[0] || (Number(major) === NEEDED[0] && Number(minor) >= NEEDED[1])) return
  const needed = NEEDED.join('.')
  throw new LockstepError(
    {
      code: 'GIT_TOO_OLD',
      message: `Lockstep needs git ${needed} or newer; this is ${text}.`,
      remedy: `Install git ${needed} or newer and put it first on PATH.`,
    },
    { kind: 'unreachable' },
  )
}
