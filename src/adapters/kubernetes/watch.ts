import type { KnownObjects, LiveObject, ResourceKind, WatchEvent, WatchOptions } from '../../model/cluster.ts'
import { ClusterError } from '../../model/cluster-error.ts'
import { isJsonObject, type Json, parseJson } from '../../model/json.ts'
import { identityOf } from '../../model/object-identity.ts'
import { changesBetween, deletion, RememberedObjects } from './known-objects.ts'
import { readLines } from './lines.ts'
import type { PageReader } from './list.ts'
import { backoff } from './retry.ts'
import { type Subject, statusError } from './status-error.ts'

export interface WatchSource {
  readonly kind: ResourceKind
  readonly subject: Subject
  /** Answers the version of what was read. */
  list(reader: PageReader): Promise<string>
  open(resourceVersion: string): Promise<AsyncIterable<Buffer>>
  wait(ms: number): Promise<void>
}

type Tell = (event: WatchEvent) => void

/** A refusal that stays this many times in a row is believed: a restarting server says 403 and 404 for a moment. */
const BELIEVED_AFTER = 5
const EMPTY_STREAM_WAIT_MS = 1_000

/**
 * Follows one selection until `signal` aborts. A stream that the server ends is gone on with; after one that broke, or an expired
 * version, everything is listed again and the difference told. Rejects with a refusal that stays.
 */
export async function followObjects(
  source: WatchSource,
  options: Pick<WatchOptions, 'from' | 'known'>,
  onEvent: Tell,
  signal: AbortSignal,
): Promise<void> {
  const { from } = options
  const remembered = options.known ? undefined : new RememberedObjects(from?.items)
  const known = options.known ?? (remembered as KnownObjects)
  const tell = guard((event) => {
    if ('object' in event) remembered?.take(event)
    onEvent(event)
  })
  const streak = { failures: 0, refusals: 0 }
  let version = from?.resourceVersion
  if (from) tell({ type: 'SYNCED' })
  while (!signal.aborted) {
    try {
      version ??= await tellDifference(source, known, tell)
      version = await followStream(source, version, tell, streak)
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof ListenerFailed) throw error.cause
      version = undefined
      await recover(source, error, tell, streak)
    }
  }
}

/** Failures since the last line, refusals since the last stream. */
interface Streak {
  failures: number
  refusals: number
}

/** Tells that the stream is lost and waits, or throws what waiting will not change. An expired version only needs a new list. */
async function recover(source: WatchSource, error: unknown, tell: Tell, streak: Streak): Promise<void> {
  streak.failures++
  const kind = error instanceof ClusterError ? error.kind : undefined
  if (kind === 'expired' && streak.failures === 1) return
  if (kind !== undefined && kind !== 'unavailable' && kind !== 'expired') streak.refusals++
  if (streak.refusals >= BELIEVED_AFTER) throw error
  tell({ type: 'LOST', error: error as Error })
  const asked = error instanceof ClusterError ? (error.retryAfterMs ?? 0) : 0
  await source.wait(Math.max(asked, backoff(streak.failures, Math.random())))
}

/** Lists page by page, tells what changed since, and answers the list's version. */
async function tellDifference(source: WatchSource, known: KnownObjects, tell: Tell): Promise<string> {
  const seen = new Set<string>()
  const version = await source.list({
    begin: () => seen.clear(),
    page: (items) => {
      for (const object of items) {
        seen.add(identityOf(object).uid)
        for (const change of changesBetween(known, source.kind, object)) tell(change)
      }
    },
  })
  const gone = [...known.all()].filter(({ uid }) => !seen.has(uid))
  for (const identity of gone) tell(deletion(source.kind, identity, version))
  tell({ type: 'SYNCED' })
  return version
}

/** Tells changes until the server ends the stream; answers the version to go on from. */
async function followStream(source: WatchSource, from: string, tell: Tell, streak: Streak): Promise<string> {
  const stream = await source.open(from)
  streak.refusals = 0
  let version = from
  for await (const line of readLines(stream)) {
    const { type, object } = readEvent(line, source.subject)
    streak.failures = 0
    version = versionOf(object) ?? version
    if (type === 'BOOKMARK') continue
    tell({ type, object })
  }
  if (version === from) await source.wait(EMPTY_STREAM_WAIT_MS)
  return version
}

interface StreamEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'
  readonly object: LiveObject
}

/** Throws a ClusterError for the server's ERROR event, which ends a stream. */
function readEvent(line: string, subject: Subject): StreamEvent {
  const event = parseJson(line)
  const { type, object } = isJsonObject(event) ? event : {}
  if (!isJsonObject(object)) throw new Error('the stream held something that is no watch event')
  if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED' || type === 'BOOKMARK') return { type, object }
  throw statusError({ status: Number(object.code ?? 500), body: object, retryAfterMs: undefined }, subject)
}

function versionOf({ metadata }: LiveObject): string | undefined {
  const version: Json | undefined = isJsonObject(metadata) ? metadata.resourceVersion : undefined
  return typeof version === 'string' && version !== '' ? version : undefined
}

/** What the listener throws is its own defect, not the stream's. */
class ListenerFailed extends Error {}

function guard(onEvent: Tell): Tell {
  return (event) => {
    try {
      onEvent(event)
    } catch (cause) {
      throw new ListenerFailed('the listener of a watch failed', { cause })
    }
  }
}
