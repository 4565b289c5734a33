import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { FairQueue, type RenderGroup } from '../../../src/adapters/kustomize/fair-queue.ts'

const preview = (name: string): RenderGroup => ({ name, priority: 'preview' })
const background = (name: string): RenderGroup => ({ name, priority: 'background' })

function takeAll<Item>(queue: FairQueue<Item>): Item[] {
  const taken: Item[] = []
  for (let item = queue.take(); item !== undefined; item = queue.take()) taken.push(item)
  return taken
}

describe('turns', () => {
  test('go round the groups, so that one render waits for no more than one of each other group', () => {
    const queue = new FairQueue<string>()
    for (let n = 1; n <= 4; n++) queue.add(preview('acme/huge'), `huge ${n}`)
    queue.add(preview('acme/small'), 'small 1')
    queue.add(preview('acme/other'), 'other 1')
    expect(takeAll(queue)).toEqual(['huge 1', 'small 1', 'other 1', 'huge 2', 'huge 3', 'huge 4'])
  })

  test('come round again for a group that was served after those who have come meanwhile', () => {
    const queue = new FairQueue<string>()
    queue.add(preview('a'), 'a 1')
    queue.add(preview('a'), 'a 2')
    expect(queue.take()).toBe('a 1')
    queue.add(preview('b'), 'b 1')
    expect(takeAll(queue)).toEqual(['b 1', 'a 2'])
  })

  test('go to previews before anything in the background', () => {
    const queue = new FairQueue<string>()
    queue.add(background('a'), 'warm')
    queue.add(preview('b'), 'preview 1')
    queue.add(preview('b'), 'preview 2')
    expect(takeAll(queue)).toEqual(['preview 1', 'preview 2', 'warm'])
  })

  test('come for the background too, however many previews there are', () => {
    const queue = new FairQueue<string>()
    queue.add(background('a'), 'warm 1')
    queue.add(background('a'), 'warm 2')
    for (let n = 1; n <= 20; n++) queue.add(preview('b'), `preview ${n}`)
    const taken = takeAll(queue)
    expect([taken.indexOf('warm 1'), taken.indexOf('warm 2'), taken.length]).toEqual([8, 17, 22])
  })

  test('are not given to what was removed', () => {
    const queue = new FairQueue<string>()
    queue.add(preview('a'), 'a 1')
    queue.add(preview('a'), 'a 2')
    queue.remove(preview('a'), 'a 1')
    queue.remove(preview('never'), 'there')
    expect(takeAll(queue)).toEqual(['a 2'])
  })

  test('are fair for any groups: nobody is served twice while another waits', () => {
    const group = fc.constantFrom('a', 'b', 'c', 'd')
    fc.assert(
      fc.property(fc.array(group, { maxLength: 40 }), (asked) => {
        const queue = new FairQueue<readonly [string, number]>()
        asked.forEach((name, n) => {
          queue.add(preview(name), [name, n])
        })
        const waiting = Map.groupBy(asked, (name) => name)
        const taken = takeAll(queue)
        expect(taken.toSorted((x, y) => x[1] - y[1])).toEqual(asked.map((name, n) => [name, n]))
        const rounds = new Map<string, number>()
        for (const [name] of taken) {
          rounds.set(name, (rounds.get(name) ?? 0) + 1)
          for (const [other, own] of waiting) {
            const behind = Math.min(rounds.get(name) ?? 0, own.length) - (rounds.get(other) ?? 0)
            expect(behind).toBeLessThanOrEqual(1)
          }
        }
      }),
    )
  })
})
