import { describe, expect, test } from '@jest/globals'
import { parseManifests, renderDigest } from '../../src/model/parse-manifests.ts'
import { readRender } from '../../src/reconcile/desired/read-render.ts'
import { secretYaml } from '../support/yaml-objects.ts'

let run = 0

/** A target of its own, and how often the objects of its render were read. */
function scene(yaml: string) {
  const scopes = new Map<string, 'namespaced' | 'cluster'>()
  const session = {
    ownership: { target: `target-${++run}`, applySet: 'set' },
    concurrency: 4,
    cluster: { scope: async ({ kind }: { kind: string }) => scopes.get(kind) ?? ('namespaced' as const) },
  }
  const manifests = parseManifests(yaml)
  const seen = { reads: 0 }
  const render = {
    digest: renderDigest(manifests),
    get manifests() {
      seen.reads++
      return manifests
    },
  }
  return { session, render, scopes, seen }
}

const widget = 'apiVersion: example.dev/v1\nkind: Widget\nmetadata: { name: w, namespace: shop }\nspec: { size: 1 }\n'

describe('a render that was read before', () => {
  test('is known by its hashes, without its objects', async () => {
    const { session, render, seen } = scene(`${widget}---\n${secretYaml('s', 'shop', { token: 'one' })}`)
    const first = await readRender(session, render)
    const before = seen.reads
    const second = await readRender(session, render)
    const facts = ({ objects }: typeof first) =>
      objects.map(({ id, key, renderHash, values }) => ({ id, key, renderHash, values }))
    expect(facts(second)).toEqual(facts(first))
    expect(seen.reads).toBe(before)
  })

  test('gives the same bodies when they are asked for, each the same every time', async () => {
    const { session, render, seen } = scene(`${widget}---\n${secretYaml('s', 'shop', { token: 'one' })}`)
    const first = await readRender(session, render)
    const bodies = first.objects.map(({ body }) => body)
    const second = await readRender(session, render)
    const before = seen.reads
    expect(second.objects.map(({ body }) => body)).toEqual(bodies)
    expect(second.objects[0]?.body).toBe(second.objects[0]?.body)
    expect(seen.reads).toBe(before + 1)
  })

  test('is read again for another target: its objects carry another label', async () => {
    const { session, render } = scene(widget)
    const [one] = (await readRender(session, render)).objects
    const ownership = { target: 'target-other', applySet: 'set' }
    const [other] = (await readRender({ ...session, ownership }, render)).objects
    expect(other?.renderHash).not.toBe(one?.renderHash)
    expect(other?.body).toMatchObject({ metadata: { labels: { 'lockstep.dev/target': 'target-other' } } })
  })

  test('is read again once a kind has another scope', async () => {
    const { session, render, scopes } = scene(widget)
    expect((await readRender(session, render)).objects[0]?.key.namespace).toBe('shop')
    scopes.set('Widget', 'cluster')
    expect((await readRender(session, render)).objects[0]?.key.namespace).toBeUndefined()
    expect((await readRender(session, render)).objects[0]?.body).toMatchObject({ metadata: { name: 'w' } })
  })

  test('is read again where a chart renders differently every time', async () => {
    const { session, render } = scene(widget)
    const unstable = { ...render, unstable: [] }
    const [before] = (await readRender(session, unstable)).objects
    const other = parseManifests(widget.replace('size: 1', 'size: 2'))
    const [object] = (await readRender(session, { ...unstable, manifests: other })).objects
    expect(object?.body).toMatchObject({ spec: { size: 2 } })
    expect(object?.renderHash).not.toBe(before?.renderHash)
  })
})
