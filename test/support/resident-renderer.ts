import { ensureRenderer } from '../../src/adapters/kustomize/resident/ensure-renderer.ts'

/**
 * The resident renderer; built once where this machine has Go. Without Go it is left out with a sentence, but not in CI, where a missing
 * real part is a failure.
 */
export async function residentRendererForTests(): Promise<string | undefined> {
  const said: string[] = []
  const program = await ensureRenderer({ say: (line) => said.push(line) })
  if (program !== undefined) return program
  if (process.env.CI === 'true') throw new Error(said.join('\n'))
  process.stderr.write(`${said.join('\n')}\n`)
  return undefined
}
