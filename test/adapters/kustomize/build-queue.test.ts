import { describe, expect, test } from '@jest/globals'
import { BuildQueue } from '../../../src/adapters/kustomize/build-queue.ts'
import type { RenderGroup } from '../../../src/adapters/kustomize/fair-queue.ts'

const group = (name: string, priority: RenderGroup['priority'] = 'preview'): RenderGroup => ({ name, priority })

/** Work that is under way until the test says that it has ended. */
class Builds {
  readonly started: string[] = []
  readonly aborted: string[] = []
  readonly #ends = new Map<string, PromiseWithResolvers<string>>()

  readonly work = (name: string) => (signal: AbortSignal) => {
    this.started.push(name)
    signal.addEventListener('abort', () => this.aborted.push(name))
    const end = Promise.withResolvers<string>()
    this.#ends.set(name, end)
    return end.promise
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.resolve(`${name} built`)
    await settle()
  }

  async fail(name: string): Promise<void> {
    this.#ends.get(name)?.reject(new Error(`${name} failed`))
    await settle()
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))
const outcome = (work: Promise<unknown>) => work.catch((error) => error.message)

describe('builds', () => {
  test('are no more at once than there are slots', async () => {
    const [queue, builds] = [new BuildQueue<string>(2), new Builds()]
    for (const name of ['1', '2', '3']) void queue.run(name, group('a'), builds.work(name))
    await settle()
    expect(builds.started).toEqual(['1', '2'])
    await builds.end('2')
    expect(builds.started).toEqual(['1', '2', '3'])
  })

  test('of a repository with thousands of them let that of another in after one', async () => {
    const [queue, builds] = [new BuildQueue<string>(1), new Builds()]
    for (let n = 0; n < 2_000; n++) void outcome(queue.run(`huge ${n}`, group('huge'), builds.work(`huge ${n}`)))
    void queue.run('small', group('small'), builds.work('small'))
    await builds.end('huge 0')
    expect(builds.started).toEqual(['huge 0', 'small'])
  })

  test('in the background wait for previews that came later', async () => {
    const [queue, builds] = [new BuildQueue<string>(1), new Builds()]
    void queue.run('running', group('a'), builds.work('running'))
    void queue.run('warm', group('a', 'background'), builds.work('warm'))
    void queue.run('preview', group('b'), builds.work('preview'))
    await builds.end('running')
    await builds.end('preview')
    expect(builds.started).toEqual(['running', 'preview', 'warm'])
  })

  test('free their slot when they fail', async () => {
    const [queue, builds] = [new BuildQueue<string>(1), new Builds()]
    const failed = outcome(queue.run('1', group('a'), builds.work('1')))
    const next = queue.run('2', group('a'), builds.work('2'))
    await builds.fail('1')
    await builds.end('2')
    expect([await failed, await next]).toEqual(['1 failed', '2 built'])
  })
})

describe('one build for all who ask for the same', () => {
  test('is done once, and again for who asks later', async () => {
    const [queue, builds] = [new BuildQueue<string>(4), new Builds()]
    const both = Promise.all(['a', 'b'].map((name) => queue.run('same', group(name), builds.work('same'))))
    await builds.end('same')
    expect([await both, builds.started]).toEqual([['same built', 'same built'], ['same']])
    void queue.run('same', group('a'), builds.work('same'))
    expect(builds.started).toEqual(['same', 'same'])
  })

  test('starts when it is the turn of any of them', async () => {
    const [queue, builds] = [new BuildQueue<string>(1), new Builds()]
    for (let n = 0; n < 100; n++) void queue.run(`huge ${n}`, group('huge'), builds.work(`huge ${n}`))
    void queue.run('same', group('huge'), builds.work('same'))
    void queue.run('warm', group('warm', 'background'), builds.work('warm'))
    const small = queue.run('same', group('small'), builds.work('same'))
    const urgent = queue.run('warm', group('small'), builds.work('warm'))
    await builds.end('huge 0')
    await builds.end('same')
    await builds.end('huge 1')
    expect(builds.started).toEqual(['huge 0', 'same', 'huge 1', 'warm'])
    await builds.end('warm')
    expect([await small, await urgent]).toEqual(['same built', 'warm built'])
  })

  test('goes on for those who stay', async () => {
    const [queue, builds] = [new BuildQueue<string>(1), new Builds()]
    const leaving = new AbortController()
    const left = outcome(queue.run('same', group('a'), builds.work('same'), leaving.signal))
    const stays = queue.run('same', group('b'), builds.work('same'))
    leaving.abort(new Error('superseded'))
    expect(await left).toBe('superseded')
    await builds.end('same')
    expect([await stays, builds.aborted]).toEqual(['same built', []])
  })
})

describe('what nobody waits for any more', () => {
  test('is called off, and its slot free only when it has ended', async () => {
    const [queue, builds] = [new BuildQueue<string>(1), new Builds()]
    const controller = new AbortController()
    const left = outcome(queue.run('slow', group('a'), builds.work('slow'), controller.signal))
    void queue.run('next', group('a'), builds.work('next'))
    controller.abort(new Error('superseded'))
    expect([await left, builds.aborted, builds.started]).toEqual(['superseded', ['slow'], ['slow']])
    await builds.fail('slow')
    expect(builds.started).toEqual(['slow', 'next'])
  })

  test('never starts', async () => {
    const [queue, builds] = [new BuildQueue<string>(1), new Builds()]
    const controller = new AbortController()
    void queue.run('running', group('a'), builds.work('running'))
    const left = outcome(queue.run('queued', group('a'), builds.work('queued'), controller.signal))
    const late = () => queue.run('late', group('a'), builds.work('late'), controller.signal)
    controller.abort(new Error('superseded'))
    await builds.end('running')
    expect([await left, await outcome(late()), builds.started]).toEqual(['superseded', 'superseded', ['running']])
  })

  test('is built afresh for who asks while it is ending', async () => {
    const [queue, builds] = [new BuildQueue<string>(2), new Builds()]
    const controller = new AbortController()
    void outcome(queue.run('same', group('a'), builds.work('same'), controller.signal))
    controller.abort(new Error('superseded'))
    await settle()
    const fresh = queue.run('same', group('b'), builds.work('same'))
    await builds.end('same')
    expect([await fresh, builds.started]).toEqual(['same built', ['same', 'same']])
  })
})
