import { expect, test } from '@jest/globals'
import { LruCache } from '../../src/model/lru-cache.ts'

const kept = (cache: LruCache<string, string>, keys: string) => [...keys].filter((key) => cache.get(key) !== undefined)

test('what was asked for last stays', () => {
  const cache = new LruCache<string, string>(2)
  cache.set('a', 'A')
  cache.set('b', 'B')
  cache.get('a')
  cache.set('c', 'C')
  expect(kept(cache, 'abc')).toEqual(['a', 'c'])
})

test('together they weigh no more than there is room for', () => {
  const cache = new LruCache<string, string>(10, (value) => value.length)
  cache.set('a', '4444')
  cache.set('b', '55555')
  cache.set('b', '1')
  cache.set('c', '22')
  expect(kept(cache, 'abc')).toEqual(['a', 'b', 'c'])
  cache.set('d', '999999999')
  expect(kept(cache, 'abcd')).toEqual(['d'])
  cache.delete('d')
  cache.set('e', '10-10-10-1')
  expect(kept(cache, 'de')).toEqual(['e'])
})

test('what weighs more than all the room is not kept, and pushes nothing out', () => {
  const cache = new LruCache<string, string>(3, (value) => value.length)
  cache.set('a', 'aa')
  cache.set('b', 'bbbb')
  expect(kept(cache, 'ab')).toEqual(['a'])
  cache.set('a', 'aaaa')
  expect(kept(cache, 'a')).toEqual([])
})
