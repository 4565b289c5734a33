import { onPath } from '../../src/adapters/kustomize/find-binary.ts'

/** The go command. Without it tests that need it are left out with a sentence, but not in CI, where a missing real part is a failure. */
export async function goForTests(): Promise<string | undefined> {
  const go = await onPath('go', process.env)
  if (go !== undefined) return go
  if (process.env.CI === 'true') throw new Error('Go was not found on PATH')
  process.stderr.write('Go was not found on PATH: what it builds is not tested\n')
  return undefined
}
