import type { StillTrue } from '../../model/github.ts'
import type { WriteCall, Writer } from './installation.ts'

/** Thrown inside a letter to leave it unwritten. */
export class Stale extends Error {}

/** A writer that asks before each request, when its turn has come, whether there is still a reason to send it. */
export function guarded(writer: Writer, stillTrue: StillTrue | undefined): Writer {
  if (!stillTrue) return writer
  const ask = <T>(call: WriteCall<T>): WriteCall<T> => ({
    ...call,
    async ask(octokit) {
      if (!(await stillTrue())) throw new Stale('not true any more')
      return call.ask(octokit)
    },
  })
  return { create: (call) => writer.create(ask(call)), edit: (call) => writer.edit(ask(call)) }
}

/** Ends a letter quietly whose guarded writer found it stale. */
export async function unlessStale(write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!(error instanceof Stale)) throw error
  }
}
