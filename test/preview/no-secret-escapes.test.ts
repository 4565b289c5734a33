import { expect, test } from '@jest/globals'
import { diffText } from '../../src/cli/diff-text.ts'
import { printJson } from '../../src/model/json.ts'
import { previewClone } from '../../src/preview/preview-clone.ts'
import { previewPullRequest } from '../../src/preview/preview-pull-request.ts'
import { reportJson } from '../../src/preview/preview-report.ts'
import { revealed } from '../support/canaries.ts'
import { BASE, HEAD, previewWorld, shopFiles } from '../support/preview-world.ts'

/** Values of many shapes; each begins and ends with a word that is nowhere else, so that no part of one can hide. */
function canaries(side: string, count: number, padding = 0): string[] {
  return Array.from({ length: count }, (_, i) => {
    const core = `cnry${side}${`${i}x`.repeat(1 + padding)}cnry`
    return [
      core,
      `p@ss ${core}/+=?&`,
      `"${core}"`,
      `${core}\n`,
      `multi\nline ${core} text\nend of ${core}`,
      `é${core}ü`,
      `postgres://shop:${core}@db.example.com/shop`,
      `-----BEGIN KEY-----\n${`${core}${core}\n`.repeat(3)}-----END KEY-----\n`,
      `{"auths":{"registry":{"password":"${core}"}}}`,
      `<${core}> & 'quoted' \\ back\tslash`,
    ][i % 10] as string
  })
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const goJson = (value: unknown) =>
  JSON.stringify(value).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)

/** Every way in which a manifest may repeat a value. */
const REPEATED: Readonly<Record<string, (value: string) => string>> = {
  raw: (value) => value,
  folded: (value) => value.replace(/\s*\n\s*/g, ' '),
  composed: (value) => `host=db password=${value} sslmode=on`,
  base64,
  base64url: (value) => Buffer.from(value).toString('base64url'),
  login: (value) => base64(`shop:${value}@registry`),
  wrapped: (value) => `${base64(value).replace(/.{16}(?=.)/g, '$&\n')}\n`,
  hex: (value) => Buffer.from(value).toString('hex'),
  upper: (value) => Buffer.from(value).toString('hex').toUpperCase(),
  url: (value) => `https://u:${encodeURIComponent(value)}@db`,
  query: (value) => `q=${new URLSearchParams({ value })}`,
  json: (value) => JSON.stringify({ password: value }),
  nested: (value) => JSON.stringify(JSON.stringify({ password: value })),
  go: goJson,
}

/** Secrets by `data`, by `stringData` and as kubectl left them, and their values wherever a manifest could repeat them. */
function manifestsWith(values: readonly string[]): string {
  const map = (encode: (value: string) => string) =>
    Object.fromEntries(values.map((value, i) => [`k${i}`, encode(value)]))
  const third = Math.ceil(values.length / 3)
  const secret = (name: string, more: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...more })
  const numbered = (from: number, encode: (value: string) => string) =>
    Object.fromEntries(values.slice(from, from + third).map((value, i) => [`k${i}`, encode(value)]))
  const applied = goJson(secret('applied', { data: numbered(2 * third, base64) }))
  const objects = [
    secret('by-data', { data: numbered(0, base64) }),
    secret('by-text', { stringData: numbered(third, (value) => value) }),
    secret('applied', {
      metadata: {
        name: 'applied',
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': applied, note: `was ${values.at(-1)}` },
      },
    }),
    ...Object.entries(REPEATED).map(([name, encode]) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, annotations: { note: values.slice(0, 5).map(encode).join(' ') } },
      data: map(encode),
    })),
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

const PROD = 'apps/checkout/overlays/prod/deployment.yaml'
const DEV = 'apps/checkout/overlays/dev/deployment.yaml'
const SEARCH = 'apps/search/overlays/dev/deployment.yaml'

/** Everything that leaves the process for a pull request with these files on both sides. */
async function outputsOf(before: Record<string, string>, after: Record<string, string>): Promise<string[]> {
  const world = previewWorld(after)
  world.mirror.commit(BASE, shopFiles(before), 'main')
  const { signal } = new AbortController()
  await previewPullRequest(world.ports, 7, signal)
  const clone = await previewClone(world.ports, { base: BASE, head: HEAD, signal, choose: () => () => true })
  return [
    JSON.stringify(world.repository.written),
    JSON.stringify(world.repository.runs),
    printJson(reportJson(clone, {}, 0)),
    diffText(clone, { paint: (_style, text) => text, columns: undefined, full: true }),
  ]
}

test('no value of 1,000 is in any comment, check, JSON or text, in whatever form manifests repeat it', async () => {
  const [before, after] = [canaries('old', 500), canaries('new', 500)]
  const outputs = await outputsOf({ [PROD]: manifestsWith(before) }, { [PROD]: manifestsWith(after) })
  expect(outputs[2]).toContain('Secret/by-data')
  for (const output of outputs) expect(revealed(output, 'cnry')).toEqual([])
}, 60_000)

test('nor where the Secret is on one side only, in another overlay, or in one that does not change or does not render', async () => {
  const [one, two, three] = ['one', 'two', 'three'].map((side) => canaries(side, 20)) as [string[], string[], string[]]
  const secrets = (values: readonly string[]) => manifestsWith(values).split('\n---\n').slice(0, 3).join('\n---\n')
  const open = (values: readonly string[]) => manifestsWith(values).split('\n---\n').slice(3).join('\n---\n')
  const kustomization = 'apps/search/overlays/dev/kustomization.yaml'
  const outputs = await outputsOf(
    { [PROD]: secrets(one), [DEV]: open(one), [SEARCH]: secrets(three) },
    {
      [PROD]: `${secrets(two)}\n---\n${open(one)}`,
      [DEV]: `${open(two)}\n---\n${open(three)}`,
      [SEARCH]: secrets(three),
      [kustomization]: '# nothing else\nresources: [../../base, deployment.yaml]\n',
      'apps/search/overlays/prod/deployment.yaml': `BROKEN ${open(two)}`,
    },
  )
  for (const output of outputs) expect(revealed(output, 'cnry')).toEqual([])
  expect(outputs[2]).toMatch(/KUSTOMIZE_FAILED/)
})

test('the length of a value is nowhere to be seen', async () => {
  const shown = (padding: number) =>
    outputsOf(
      { [PROD]: manifestsWith(canaries('old', 30, padding)) },
      { [PROD]: manifestsWith(canaries('new', 30, 2 * padding)) },
    )
  expect(await shown(40)).toEqual(await shown(1))
})
