import { afterAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createBinaryBuilder } from '../../../src/adapters/kustomize/binary-builder.ts'
import { createResidentBuilder } from '../../../src/adapters/kustomize/resident/resident-builder.ts'
import { LockstepError } from '../../../src/model/errors.ts'
import { affectedOverlays } from '../../../src/preview/affected-overlays.ts'
import { rawRequest } from '../../support/build-request.ts'
import { kustomizeForTests } from '../../support/kustomize.ts'
import { residentRendererForTests } from '../../support/resident-renderer.ts'
import { treeWithLinks } from '../../support/tree-with-links.ts'
import { edits, OVERLAYS, type RandomTree, trees } from './random-trees/trees.ts'

const program = await residentRendererForTests()
const builder =
  program === undefined
    ? createBinaryBuilder({ binary: await kustomizeForTests() })
    : createResidentBuilder({ program })
afterAll(() => builder.close())
const RUNS = program === undefined ? 60 : 400

/** kustomize's own build with every file of the tree as it is: what Lockstep takes for inputs has no part in it. */
async function fullBuild({ files, links }: RandomTree, overlay: string): Promise<string | undefined> {
  try {
    return (await builder.build({ ...rawRequest(files, links), overlay })).toString('utf8')
  } catch (error) {
    if (error instanceof LockstepError) return undefined
    throw error
  }
}

const sideOf = ({ files, links }: RandomTree) => ({
  tree: treeWithLinks(files, links),
  overlays: OVERLAYS.map((path) => ({ application: path, environment: 'prod', path })),
})

test('whatever is edited: overlays whose render changes are affected, and few besides', async () => {
  const count = { built: 0, changed: 0, tooMany: 0 }
  await fc.assert(
    fc.asyncProperty(trees, fc.array(edits, { minLength: 1, maxLength: 3 }), async (before, changes) => {
      const after = changes.reduce((tree, edit) => edit(tree), before)
      const affected = new Set(
        (await affectedOverlays(sideOf(before), sideOf(after))).map(({ overlay }) => overlay.path),
      )
      for (const overlay of OVERLAYS) {
        const [old, now] = await Promise.all([fullBuild(before, overlay), fullBuild(after, overlay)])
        if (old !== now) expect([...affected]).toContain(overlay)
        if (old === undefined || now === undefined) continue
        count.built += 1
        if (old !== now) count.changed += 1
        else if (affected.has(overlay)) count.tooMany += 1
      }
    }),
    { numRuns: RUNS },
  )
  expect(count.built).toBeGreaterThan(RUNS)
  expect(count.changed).toBeGreaterThan(RUNS / 10)
  // Inputs whose change has no effect: a configuration for kinds that are not there, a value that is set anyway.
  expect(count.tooMany / count.changed).toBeLessThan(0.25)
}, 120_000)
