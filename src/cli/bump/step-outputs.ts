import { appendFile } from 'node:fs/promises'
import type { Invocation } from '../command.ts'
import type { BumpResult } from './print-bump.ts'

/** What later steps of a workflow read: GitHub names the file in GITHUB_OUTPUT. Elsewhere nothing is written. */
export async function writeStepOutputs({ env }: Pick<Invocation, 'env'>, { outcome, pull }: BumpResult): Promise<void> {
  if (!env.GITHUB_OUTPUT) return
  const outputs = { 'pull-request': pull?.number, url: pull?.url, reason: outcome?.code }
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value ?? ''}\n`)
  await appendFile(env.GITHUB_OUTPUT, lines.join(''))
}
