import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createBinaryBuilder } from '../../../src/adapters/kustomize/binary-builder.ts'
import { renderRoom, thisMachine } from '../../../src/adapters/kustomize/render-room.ts'
import { answerOf, rawRequest } from '../../support/build-request.ts'
import { kustomizeForTests } from '../../support/kustomize.ts'

const MIB = 1024 ** 2
const GIB = 1024 * MIB
/** Address space of a program that uses this much. */
const RESERVED = 1280 * MIB
const using = (bytes: number) => RESERVED + bytes

describe('room for builds', () => {
  test.each([
    ['a small container: few builds, small ones', { cores: 4, memoryBytes: GIB }, {}, 2, using(256 * MIB)],
    ['a laptop: one build a core', { cores: 8, memoryBytes: 16 * GIB }, {}, 8, using(GIB)],
    ['many cores, little memory', { cores: 64, memoryBytes: 16 * GIB }, {}, 8, using(GIB)],
    ['less memory than one build needs', { cores: 2, memoryBytes: 64 * MIB }, {}, 1, using(128 * MIB)],
    [
      'smaller builds, so more at once',
      { cores: 64, memoryBytes: 16 * GIB },
      { memoryBytes: 256 * MIB },
      32,
      using(256 * MIB),
    ],
    ['as many as the operator says', { cores: 2, memoryBytes: GIB }, { workers: 5 }, 5, using(256 * MIB)],
  ])('%s', (_what, machine, wishes, workers, memoryBytes) => {
    expect(renderRoom(machine, wishes)).toEqual({ workers, limits: { memoryBytes } })
  })

  test('all builds at their limits leave half of the memory to everything else', () => {
    const machines = fc.record({
      cores: fc.integer({ min: 1, max: 256 }),
      memoryBytes: fc.integer({ min: 512 * MIB, max: 512 * GIB }),
    })
    fc.assert(
      fc.property(machines, (machine) => {
        const { workers, limits } = renderRoom(machine)
        expect(workers).toBeGreaterThanOrEqual(1)
        expect(workers).toBeLessThanOrEqual(machine.cores)
        expect(workers * (limits.memoryBytes - RESERVED)).toBeLessThanOrEqual(machine.memoryBytes / 2)
      }),
    )
  })

  test('a build with the least memory there is can start', async () => {
    const { memoryBytes } = renderRoom({ cores: 1, memoryBytes: 64 * MIB }).limits
    const builder = createBinaryBuilder({ binary: await kustomizeForTests(), limits: { memoryBytes } })
    const request = rawRequest({ 'prod/kustomization.yaml': 'configMapGenerator: [{name: a}]\n' })
    expect(await answerOf(builder, request)).toHaveProperty('text')
  })

  test('on this machine there is some', () => {
    expect(renderRoom(thisMachine()).workers).toBeGreaterThanOrEqual(1)
  })
})
