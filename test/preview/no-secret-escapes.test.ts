import { expect, test } from '@jest/globals'
import { diffText } from '../../src/cli/diff-text.ts'
import { printJson } from '../../src/model/json.ts'
import { previewClone } from '../../src/preview/preview-clone.ts'
import { previewPullRequest } from '../../src/preview/preview-pull-request.ts'
import { reportJson } from '../../src/preview/preview-report.ts'
import { BASE, HEAD, previewWorld, shopFiles } from '../support/preview-world.ts'

/** Values of many shapes, each unlike all other text. */
function canaries(side: string): string[] {
  return Array.from({ length: 120 }, (_, i) => {
    const core = `cnry${side}${i}z`
    return [
      core,
      `p@ss ${core}/+=?&`,
      `"${core}"`,
      `${core}\n`,
      `multi\nline ${core} text\nend of ${core}`,
      `é${core}ü`,
    ][i % 6] as string
  })
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Secrets by `data` and `stringData`, and the same values wherever a manifest could repeat them. */
function manifestsWith(values: readonly string[]): string {
  const map = (encode: (value: string) => string) =>
    Object.fromEntries(values.map((value, i) => [`k${i}`, encode(value)]))
  const half = values.length / 2
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'by-data' },
      data: Object.fromEntries(values.slice(0, half).map((value, i) => [`k${i}`, base64(value)])),
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'by-text' },
      stringData: Object.fromEntries(values.slice(half).map((value, i) => [`k${i}`, value])),
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'urls', annotations: map((value) => value) },
      data: map((value) => `https://u:${encodeURIComponent(value)}@db`),
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'json' },
      data: map((value) => JSON.stringify({ password: value })),
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'keys' },
      data: Object.fromEntries(values.map((value) => [value.trim().replaceAll('\n', ' '), 'x'])),
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: {
        containers: [
          { name: 'c', args: values, env: values.map((value, i) => ({ name: `E${i}`, value: base64(value) })) },
        ],
      },
    },
  ]
  return objects.map((object) => JSON.stringify(object)).join('\n---\n')
}

const FILE = 'apps/checkout/overlays/prod/deployment.yaml'

test('no value of 240 Secrets is in any comment, check, JSON or text', async () => {
  const [before, after] = [canaries('old'), canaries('new')]
  const world = previewWorld({ [FILE]: manifestsWith(after) })
  world.mirror.commit(BASE, shopFiles({ [FILE]: manifestsWith(before) }), 'main')
  const { signal } = new AbortController()
  await previewPullRequest(world.ports, 7, signal)
  const clone = await previewClone(world.ports, { base: BASE, head: HEAD, signal, choose: () => () => true })
  const outputs = [
    JSON.stringify(world.repository.written),
    JSON.stringify(world.repository.runs),
    printJson(reportJson(clone, {}, 0)),
    diffText(clone, { paint: (_style, text) => text, columns: undefined, full: true }),
  ]
  expect(outputs[2]).toContain('Secret/by-data')
  for (const output of outputs) {
    expect(output).not.toMatch(/cnry/)
    for (const value of [...before, ...after]) expect(output).not.toContain(base64(value).replace(/=+$/, ''))
  }
})
