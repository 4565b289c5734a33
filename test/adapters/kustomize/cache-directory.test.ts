import { expect, test } from '@jest/globals'
import { cacheDirectory, rendersDirectory } from '../../../src/adapters/kustomize/cache-directory.ts'

test.each([
  [{ LOCKSTEP_CACHE: '/cache', XDG_CACHE_HOME: '/xdg', HOME: '/home/ana' }, '/cache'],
  [{ XDG_CACHE_HOME: '/xdg', HOME: '/home/ana' }, '/xdg/lockstep'],
  [{ HOME: '/home/ana' }, '/home/ana/.cache/lockstep'],
  [{ LOCKSTEP_CACHE: '', XDG_CACHE_HOME: '', HOME: '/home/ana' }, '/home/ana/.cache/lockstep'],
])('with %j the cache is %s', (env, expected) => {
  expect(cacheDirectory(env)).toBe(expected)
})

test.each([
  [{ HOME: '/home/ana' }, '/home/ana/.cache/lockstep/renders'],
  [{ LOCKSTEP_CACHE: '/cache', LOCKSTEP_RENDERS: '' }, '/cache/renders'],
  [{ LOCKSTEP_CACHE: '/cache', LOCKSTEP_RENDERS: '/elsewhere' }, '/elsewhere'],
  [{ LOCKSTEP_CACHE: '/cache', LOCKSTEP_RENDERS: 'off' }, undefined],
])('with %j renders are in %s', (env, expected) => {
  expect(rendersDirectory(env)).toBe(expected)
})
