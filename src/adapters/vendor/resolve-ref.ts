import { LockstepError } from '../../model/errors.ts'
import { isObjectId } from '../../model/object-id.ts'
import type { RemoteRepository } from '../../model/remote-repository.ts'
import type { RenderOptions } from '../../model/render-options.ts'
import type { RefRecord } from './ref-record.ts'
import { SharedWork } from './shared-work.ts'

export interface ResolvedRef {
  /** Full commit id. */
  readonly commit: string
  readonly pinned: boolean
  /** Set for a tag that stood for another commit when it was first seen. */
  readonly movedFrom?: string
}

export interface RemoteSource {
  /** As the operator's list names it. */
  readonly name: string
  readonly repository: RemoteRepository
  readonly record: RefRecord
}

/** A branch or tag is asked for again when this much time has passed. */
const FRESH_MS = 60_000

/**
 * Says which commits refs stand for. A full commit id is its own answer; anything else is asked of the server at most once a minute,
 * and within one round only once, however long the round takes.
 */
export class RefResolver {
  readonly #clock: () => Date
  readonly #asking = new SharedWork<ResolvedRef>()
  readonly #fresh = new Map<string, { readonly at: number; readonly answer: ResolvedRef }>()
  readonly #rounds = new WeakMap<object, Map<string, ResolvedRef>>()

  constructor(clock: () => Date) {
    this.#clock = clock
  }

  /** Refuses with REMOTE_REF_UNKNOWN; kind `unreachable` names the commit that would still serve. */
  async resolve(source: RemoteSource, ref: string | undefined, { round, signal }: RenderOptions): Promise<ResolvedRef> {
    if (ref !== undefined && isObjectId(ref)) return { commit: ref, pinned: true }
    const key = `${source.name} ${ref ?? ''}`
    const inRound = round && this.#inRound(round)
    const known = inRound?.get(key)
    if (known) return known
    const answer = this.#known(key) ?? (await this.#ask(key, source, ref, signal))
    const first = inRound?.get(key) ?? answer
    inRound?.set(key, first)
    return first
  }

  #inRound(round: object): Map<string, ResolvedRef> {
    const answers = this.#rounds.get(round) ?? new Map<string, ResolvedRef>()
    this.#rounds.set(round, answers)
    return answers
  }

  #known(key: string): ResolvedRef | undefined {
    const known = this.#fresh.get(key)
    return known && this.#clock().getTime() - known.at < FRESH_MS ? known.answer : undefined
  }

  #ask(
    key: string,
    source: RemoteSource,
    ref: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ResolvedRef> {
    const work = async (stop: AbortSignal) => {
      const now = this.#clock()
      const answer = await askServer(source, ref, now, stop)
      this.#fresh.set(key, { at: now.getTime(), answer })
      return answer
    }
    return this.#asking.run(key, work, signal)
  }
}

async function askServer(
  { name, repository, record }: RemoteSource,
  ref: string | undefined,
  now: Date,
  signal: AbortSignal,
): Promise<ResolvedRef> {
  const found = await repository.find(ref, signal).catch(async (error) => {
    throw await withWhatWouldServe(error, repository, await record.read(ref ?? ''))
  })
  if (!found) throw unknownRef(name, ref)
  const { kind, first } = await record.note(ref ?? '', found, now)
  const moved = kind === 'tag' && first.commit !== found.commit
  return { commit: found.commit, pinned: false, ...(moved && { movedFrom: first.commit }) }
}

async function withWhatWouldServe(
  error: unknown,
  repository: RemoteRepository,
  record: Awaited<ReturnType<RefRecord['read']>>,
): Promise<unknown> {
  if (!(error instanceof LockstepError) || error.kind !== 'unreachable' || !record) return error
  const { commit, at } = record.last
  if (!(await repository.has(commit))) return error
  const remedy = `It stood for ${commit} at ${at}, which is here already: \`?ref=${commit}\` needs no network.`
  const problems = error.problems.map((problem) => ({ ...problem, remedy: `${problem.remedy} ${remedy}` }))
  return new LockstepError(problems, { kind: error.kind, cause: error })
}

function unknownRef(name: string, ref: string | undefined): LockstepError {
  const short = /^[\da-f]{7,39}$/.test(ref ?? '')
  return new LockstepError({
    code: 'REMOTE_REF_UNKNOWN',
    message: ref === undefined ? `${name} has no default branch.` : `${name} has no branch or tag \`${ref}\`.`,
    remedy: short ? 'Write all 40 digits of a commit id.' : 'Correct the ref; a full commit id is the safest.',
  })
}
