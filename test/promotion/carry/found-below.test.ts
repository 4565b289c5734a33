import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Overlay } from '../../../src/model/target.ts'
import type { TreeEntry } from '../../../src/model/tree.ts'
import { filesBelow } from '../../../src/promotion/carry/files-below.ts'
import { overlaysInside, overlaysOf } from '../../../src/promotion/carry/overlays-of.ts'

const part = fc.constantFrom('a', 'a-b', 'a.b', 'ab', 'b', 'é', 'Z')
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
const paths = fc.uniqueArray(path, { maxLength: 30 })

function entriesOf(all: readonly string[]): ReadonlyMap<string, TreeEntry> {
  return new Map(all.map((each) => [each, { path: each, mode: '100644', id: each }]))
}

describe('what stands below a directory', () => {
  test('is every file whose path begins with it, and no neighbour of a longer name', () => {
    fc.assert(
      fc.property(paths, path, (all, directory) => {
        const found = filesBelow(entriesOf(all), directory).map((entry) => entry.path)
        expect(found).toEqual(all.filter((each) => each.startsWith(`${directory}/`)).sort())
      }),
    )
  })

  test('is known anew for another listing', () => {
    const [one, other] = [entriesOf(['a/b']), entriesOf(['a/b', 'a/c'])]
    expect([one, other, one].map((entries) => filesBelow(entries, 'a').length)).toEqual([1, 2, 1])
  })
})

describe('overlays of a repository', () => {
  const place = fc.record({ application: part, environment: fc.constantFrom('dev', 'prod') })
  const overlays = fc.uniqueArray(fc.record({ path, place }), { selector: (each) => each.path, maxLength: 30 })
  const toOverlays = (all: readonly { path: string; place: Pick<Overlay, 'application' | 'environment'> }[]) =>
    all.map((each): Overlay => ({ path: each.path, ...each.place }))

  test('are found by application and environment, in the order they have', () => {
    fc.assert(
      fc.property(overlays.map(toOverlays), place, (all, { application, environment }) => {
        const wanted = all.filter((each) => each.application === application && each.environment === environment)
        expect(overlaysOf(all, { application, environment })).toEqual(wanted)
      }),
    )
  })

  test('tell which others stand inside of one', () => {
    fc.assert(
      fc.property(overlays.map(toOverlays), path, (all, directory) => {
        const wanted = all.filter((each) => each.path.startsWith(`${directory}/`)).map((each) => each.path)
        expect(overlaysInside(all, { path: directory })).toEqual(wanted.sort())
      }),
    )
  })
})
