import { runProcess } from '../../process/run-process.ts'
import { BuildDeclined } from '../builder.ts'

/** e.g. `kustomize v5.8.1`: the words of the kustomize binary whose code the program holds. Throws BuildDeclined when it cannot be run. */
export async function rendererVersion(program: string): Promise<string> {
  const call = { command: program, args: ['version'], cwd: '/', env: {}, timeoutMs: 20_000, maxBytes: 65_536 }
  const done = await runProcess(call)
  const version = done.stdout.toString('utf8').trim()
  if (done.ended === 'exit' && done.code === 0 && version !== '') return `kustomize ${version}`
  throw new BuildDeclined(`${program} is not a resident renderer that can be run.`)
}
