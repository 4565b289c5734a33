import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { followObjects, type WatchSource } from '../../../src/adapters/kubernetes/watch.ts'
import type { LiveObject, WatchEvent } from '../../../src/model/cluster.ts'
import { ClusterError } from '../../../src/model/cluster-error.ts'
import { printJson } from '../../../src/model/json.ts'
import { at } from '../../support/kubernetes-objects.ts'

type Change = { readonly name: string; readonly to: 'put' | 'remove' | 'replace' }
/** How a stream ends once it has told what happened so far. */
type End = 'closed' | 'reset' | 'cut' | 'expired' | 'refused'
interface Step {
  /** While the watch is away. */
  readonly missed: readonly Change[]
  /** While a stream is open. */
  readonly heard: readonly Change[]
  readonly end: End
}

/** An API server in memory: objects, and the events that led to them. */
class FakeServer {
  readonly objects = new Map<string, LiveObject>()
  readonly #events: { version: number; line: string }[] = []
  #version = 1
  #uid = 0

  change({ name, to }: Change): void {
    const old = this.objects.get(name)
    if (old && to !== 'put') this.#remove(name, old)
    if (to !== 'remove') this.#put(name, to === 'replace' ? undefined : old)
  }

  list() {
    return { items: [...this.objects.values()], resourceVersion: String(this.#version) }
  }

  since(version: string): string[] {
    return this.#events.filter((event) => event.version > Number(version)).map(({ line }) => line)
  }

  #put(name: string, old: LiveObject | undefined): void {
    const uid = old ? String(at(old, 'metadata', 'uid')) : `uid-${++this.#uid}`
    const object = fakeObject(name, uid, ++this.#version)
    this.objects.set(name, object)
    this.#tell(old ? 'MODIFIED' : 'ADDED', object)
  }

  #remove(name: string, old: LiveObject): void {
    this.objects.delete(name)
    this.#tell('DELETED', fakeObject(name, String(at(old, 'metadata', 'uid')), ++this.#version))
  }

  #tell(type: string, object: LiveObject): void {
    this.#events.push({ version: this.#version, line: `${printJson({ type, object })}\n` })
  }
}

function fakeObject(name: string, uid: string, version: number): LiveObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', uid, resourceVersion: String(version) },
  }
}

const identity = (object: LiveObject | undefined) =>
  object && `${at(object, 'metadata', 'uid')}@${at(object, 'metadata', 'resourceVersion')}`

/** Plays the steps against a watch and answers what a listener that believes every event holds at the end. */
async function play(
  server: FakeServer,
  steps: readonly Step[],
  events: WatchEvent[],
): Promise<Map<string, LiveObject>> {
  const stop = new AbortController()
  const believed = new Map<string, LiveObject>()
  const left = [...steps]
  const source: WatchSource = {
    kind: { group: '', version: 'v1', kind: 'ConfigMap' },
    subject: { label: 'test', secret: false },
    list: async ({ begin, page }) => {
      const { items, resourceVersion } = server.list()
      begin()
      for (const item of items) page([item])
      return resourceVersion
    },
    open: async (version) => stream(server, version, left, stop),
    wait: async () => {},
  }
  const listen = (event: WatchEvent) => {
    events.push(event)
    if (event.type === 'SYNCED' || event.type === 'LOST') return
    const name = String(at(event.object, 'metadata', 'name'))
    expect(believed.has(name)).toBe(event.type !== 'ADDED')
    if (event.type === 'DELETED') believed.delete(name)
    else believed.set(name, event.object)
  }
  await followObjects(source, {}, listen, stop.signal)
  return believed
}

function stream(server: FakeServer, version: string, left: Step[], stop: AbortController): AsyncIterable<Buffer> {
  const step = left.shift()
  for (const change of step?.missed ?? []) server.change(change)
  if (step?.end === 'refused') throw new ClusterError({ kind: 'unavailable', status: 503, reason: '', message: 'busy' })
  if (step?.end === 'expired')
    throw new ClusterError({ kind: 'expired', status: 410, reason: 'Expired', message: 'too old' })
  return (async function* () {
    const before = server.since(version)
    for (const change of step?.heard ?? []) server.change(change)
    const text = Buffer.from(server.since(version).join(''))
    expect(text.toString()).toContain(before.join(''))
    // In pieces that respect neither lines nor characters.
    for (let at = 0; at < text.length; at += 97) yield text.subarray(at, at + 97)
    if (step?.end === 'cut') yield Buffer.from('{"type":"ADDED","obj')
    if (step?.end === 'reset') throw new Error('connection reset')
    if (left.length === 0) stop.abort()
  })()
}

const change = fc.record({
  name: fc.constantFrom('a', 'b', 'ä', 'd'),
  to: fc.constantFrom<Change['to'][]>('put', 'remove', 'replace'),
})
const step: fc.Arbitrary<Step> = fc.record({
  missed: fc.array(change, { maxLength: 4 }),
  heard: fc.array(change, { maxLength: 4 }),
  end: fc.constantFrom<End[]>('closed', 'reset', 'cut', 'expired', 'refused'),
})

test('whatever breaks in between, a listener that believes every event ends up with what the server holds, and is told nothing twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const server = new FakeServer()
      const events: WatchEvent[] = []
      const believed = await play(server, [...steps, { missed: [], heard: [], end: 'closed' }], events)
      expect([...believed.keys()].sort()).toEqual([...server.objects.keys()].sort())
      for (const [name, object] of believed) expect(identity(object)).toBe(identity(server.objects.get(name)))
      expect(events[0]?.type).not.toBe('LOST')
    }),
    { numRuns: 500 },
  )
})
