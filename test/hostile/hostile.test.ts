import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { createKustomizeRenderer } from '../../src/adapters/kustomize/renderer.ts'
import { createResidentBuilder } from '../../src/adapters/kustomize/resident/resident-builder.ts'
import { temporaryDirectory } from '../support/git-repository.ts'
import { kustomizeForTests } from '../support/kustomize.ts'
import { residentRendererForTests } from '../support/resident-renderer.ts'
import type { Hostile } from './hostile.ts'
import { lookAt, type Seen } from './look-at.ts'
import { network } from './repositories/network.ts'
import { paths } from './repositories/paths.ts'
import { programs } from './repositories/programs.ts'
import { sizes } from './repositories/sizes.ts'
import { words } from './repositories/words.ts'
import { yaml } from './repositories/yaml.ts'

/** Reading, building and telling, for each repository. */
const DEADLINE_MS = 10_000
/** Shorter than an installation's, so that the machine may be busy and everything around the build still fits in. */
const limits = { timeoutMs: 5_000 }

const scratch = temporaryDirectory('lockstep-hostile')
const outside = join(scratch.path, 'outside.txt')
writeFileSync(outside, 'CANARY-OF-A-FILE')
process.env.CANARY = 'CANARY-OF-THE-ENVIRONMENT'

let connections = 0
const listener = createServer((socket) => {
  connections += 1
  socket.destroy()
})
await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
const trap = { address: `127.0.0.1:${(listener.address() as AddressInfo).port}`, outside }

const binary = await kustomizeForTests()
const program = await residentRendererForTests()
const renderers = {
  alone: createKustomizeRenderer({ binary, scratch: scratch.path, limits }),
  resident: createKustomizeRenderer({
    binary,
    limits,
    ...(program && { resident: createResidentBuilder({ program, limits }) }),
  }),
}

afterAll(async () => {
  listener.close()
  await Promise.all([renderers.alone.close(), renderers.resident.close()])
  scratch.remove()
})

const small = [...paths(trap), ...network(trap), ...programs, ...words]
const CASES: readonly [string, Hostile, keyof typeof renderers][] = [
  ...[...small, ...yaml, ...sizes].map((one) => [one.what, one, 'resident'] as [string, Hostile, 'resident']),
  ...small.map((one) => [`${one.what}, by the binary`, one, 'alone'] as [string, Hostile, 'alone']),
]

describe('a hostile repository is refused at one place or rendered as data, and harms nobody else', () => {
  test.each(CASES)(
    '%j',
    async (_what, hostile, by) => {
      const seen = await lookAt(renderers[by], hostile)
      expectFate(seen, hostile)
      expect(seen.overlays.get('good')?.status).toBe('changed')
      expect(seen.everything).not.toContain('CANARY')
      expectInert(seen)
    },
    DEADLINE_MS,
  )

  test('nobody was called over the network', () => {
    expect(connections).toBe(0)
  })
})

function expectFate({ overlays, problems }: Seen, { fate }: Hostile): void {
  if (fate === 'inert') {
    expect(problems).toEqual([])
    expect(overlays.get('web')?.status).not.toBe('error')
    return
  }
  const [problem] = problems
  expect(fate.code.split('|')).toContain(problem?.code)
  expect(`${problem?.file}:${problem?.line}`).toBe(fate.at)
  expect(problem?.message).not.toBe('')
  expect(problem?.remedy).not.toBe('')
}

/** Controls but for line breaks and tabs, and marks of direction. The gap that unlinks is one of Lockstep's own. */
const HIDDEN = /(?![\n\t\u200b])[\p{Cc}\p{Cf}]/u

/** What is left of a comment's Markdown without code must not say, link, mention or hide anything of the repository's. */
function expectInert({ comment, text }: Seen): void {
  const prose = comment
    .replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, '')
    .replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')
  expect(prose).not.toMatch(/@acme|<img|(?<!\\)\]\(https:\/\/evil|GH-1|\$\\href|<!-- lockstep:preview -->/)
  expect(comment).not.toMatch(HIDDEN)
  expect(text).not.toMatch(HIDDEN)
  expect(comment.length).toBeLessThanOrEqual(60_000)
}
