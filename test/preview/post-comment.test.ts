import { describe, expect, test } from '@jest/globals'
import { marked, type Tokens } from 'marked'
import { checkReports, startedGate } from '../../src/preview/check-output.ts'
import { COMMENT_CHARS } from '../../src/preview/comment.ts'
import { postComment } from '../../src/preview/post-comment.ts'
import type { PreviewReport } from '../../src/preview/preview-report.ts'
import { configMap, deployment } from '../support/manifests.ts'
import { MemoryRepository, pullRequest } from '../support/memory-repository.ts'
import { environmentDrift, overlayPreview, previewReport } from '../support/preview-report.ts'

const SHA = 'a'.repeat(40)
const STAGES = ['dev', 'staging', 'prod'].map((environment) => ({ environment, downstream: environment !== 'dev' }))
const always = async () => true
const scaled = (application: string, environment: string, ...lost: string[]) =>
  overlayPreview(application, environment, {
    before: [deployment('d'), ...lost.map((name) => configMap(name, {}))],
    after: [deployment('d', { replicas: 9 })],
  })
const broken = overlayPreview('checkout', 'prod', {
  problems: [{ code: 'X', message: 'bad', file: 'a.yaml', line: 1, remedy: 'Mend it.' }],
})
const report = (overlays: PreviewReport['overlays']) => previewReport(overlays, { stages: STAGES })

/** A pull request whose checks stand, and whose comment is posted with what merging would do. */
function world(change: Parameters<typeof pullRequest>[0] = {}) {
  const repository = new MemoryRepository()
  const port = repository.port()
  const post = async (...overlays: PreviewReport['overlays']) => {
    for (const environment of ['dev', 'prod'])
      await port.checks.publish({
        name: `lockstep/render/${environment}`,
        headSha: SHA,
        status: 'completed',
        conclusion: 'success',
        title: 'x',
        summary: 'x',
      })
    await postComment(port, pullRequest(change), report(overlays), always)
  }
  const bodies = () => repository.written.map(({ body }) => body)
  return { repository, post, bodies }
}

describe('the comment of a pull request', () => {
  test('leads to the check of each environment', async () => {
    const { post, bodies } = world()
    await post(scaled('checkout', 'dev'), scaled('checkout', 'prod'))
    const links: string[] = []
    marked.walkTokens(marked.lexer(bodies()[0] ?? ''), (token) => {
      if (token.type === 'link') links.push(`${(token as Tokens.Link).text} ${(token as Tokens.Link).href}`)
    })
    expect(links).toEqual([
      'lockstep/render/dev https://github.example/acme/shop/pull/7/checks?check_run_id=0',
      'lockstep/render/prod https://github.example/acme/shop/pull/7/checks?check_run_id=1',
    ])
  })

  test('is the only one, edited while nobody has to look again', async () => {
    const { post, bodies } = world()
    await post(scaled('checkout', 'prod'))
    await post(scaled('checkout', 'prod'), scaled('cart', 'prod'))
    expect(bodies()).toHaveLength(1)
    expect(bodies()[0]).toContain('2 overlays change')
  })

  test('fits with all it carries out of sight, however much there is', async () => {
    const { post, bodies } = world({ url: `https://github.example/${'long'.repeat(40)}/pull/7` })
    const lost = Array.from({ length: 300 }, (_, i) => `config-${i}`)
    const many = (n: number) => Array.from({ length: n }, (_, i) => scaled(`app-${i}`, 'prod', ...lost.slice(0, i)))
    for (const count of [1, 20, 60, 200]) await post(...many(count))
    for (const body of bodies()) expect(body.length).toBeLessThanOrEqual(COMMENT_CHARS)
  })
})

test('an event over three environments takes at most ten writes', async () => {
  const { repository, post } = world()
  await post(scaled('checkout', 'prod'))
  const before = repository.runs.length
  let comments = 0
  const port = repository.port()
  const { ensure } = port.comments
  port.comments.ensure = (...asked) => {
    comments++
    return ensure(...asked)
  }
  const environments = STAGES.map(({ environment }) => environment)
  const worst = previewReport(
    environments.flatMap((environment) => [
      scaled('cart', environment, 'a'),
      { ...broken, overlay: { ...broken.overlay, environment } },
    ]),
    { stages: STAGES, drift: environments.map((environment) => environmentDrift(environment, [{}])) },
  )
  for (const check of [startedGate(SHA), ...checkReports(worst, SHA, [])]) await port.checks.publish(check)
  await postComment(port, pullRequest(), worst, always)
  expect(repository.runs.length - before + 1 + comments).toBe(10)
})

describe('a comment of its own', () => {
  test('calls back whoever saw a green gate, and says in place when that is over', async () => {
    const { post, bodies } = world()
    await post(scaled('checkout', 'prod'))
    await post(broken)
    expect(bodies()).toHaveLength(2)
    expect(bodies()[1]).toContain('cannot any more')
    await post(broken)
    await post(scaled('checkout', 'prod'))
    expect(bodies()).toHaveLength(2)
    expect(bodies()[1]).toContain('This is over')
    await post(broken)
    expect(bodies()).toHaveLength(2)
    expect(bodies()[1]).toContain('cannot any more')
  })

  test('tells once of what is newly lost in prod', async () => {
    const { post, bodies } = world()
    await post(scaled('checkout', 'prod'))
    await post(scaled('checkout', 'prod', 'settings'))
    await post(scaled('checkout', 'prod', 'settings'))
    expect(bodies()).toHaveLength(2)
    expect(bodies()[1]).toContain('**Deletes** `ConfigMap/settings` in checkout → prod')
  })

  test('is not written for a draft, nor by an interrupted run twice', async () => {
    const draft = world({ draft: true })
    await draft.post(scaled('checkout', 'prod'))
    await draft.post(broken)
    expect(draft.bodies()).toHaveLength(1)

    const { repository, post, bodies } = world()
    await post(scaled('checkout', 'prod'))
    const [first] = repository.written
    await post(broken)
    if (first) repository.written[0] = first
    await post(broken)
    expect(bodies()).toHaveLength(2)
  })
})
