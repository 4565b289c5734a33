import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { createKustomizeRenderer } from '../../../src/adapters/kustomize/renderer.ts'
import type { LockstepError } from '../../../src/model/errors.ts'
import type { Renderer } from '../../../src/model/renderer.ts'
import { memoryTree, overlayTree, type Tree } from '../../../src/model/tree.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryDirectory } from '../../support/git-repository.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests, plainBuild } from '../../support/kustomize.ts'
import { treeWithLinks } from '../../support/tree-with-links.ts'

let binary: string
let renderer: Renderer

beforeAll(async () => {
  binary = await kustomizeForTests()
  renderer = createKustomizeRenderer({ binary })
}, KUSTOMIZE_SETUP_MS)

/** A program that answers as kustomize when asked for its version, and otherwise does what the script says. */
function fakeKustomize(script: string): { path: string; remove: () => void } {
  const scratch = temporaryDirectory()
  const path = join(scratch.path, 'kustomize')
  writeFileSync(path, `#!/bin/bash\n[ "$1" = version ] && echo v0 && exit\n${script}\n`, { mode: 0o755 })
  return { path, remove: scratch.remove }
}

/** The real one, and how often it has built. */
function countingKustomize() {
  const { path, remove } = fakeKustomize(`echo >> "$0.builds"\nexec '${binary}' "$@"`)
  return { path, remove, builds: () => readFileSync(`${path}.builds`, 'utf8').length }
}

/** What was killed may be listed a while, until somebody has taken note of its end. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)])
  return /^[^Z]/.test(stdout.toString().trim())
}

const refusal = (work: Promise<unknown>): Promise<LockstepError> =>
  work.then(
    () => Promise.reject(new Error('nothing was refused')),
    (error) => error,
  )

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: example.com/web}
`
const base = { 'base/kustomization.yaml': 'resources: [deployment.yaml]\n', 'base/deployment.yaml': deployment }
const configMap = (name: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: {a: b}}\n`

const buildable: Readonly<Record<string, { readonly tree: Tree; readonly overlay: string }>> = {
  'a base with images, replicas and labels': {
    overlay: 'prod',
    tree: memoryTree({
      ...base,
      'prod/kustomization.yml': `bases: [../base]
namePrefix: prod-
commonLabels: {env: prod}
images: [{name: example.com/web, newTag: "1.20"}]
replicas: [{name: web, count: 3}]
`,
    }),
  },
  'patches of every spelling': {
    overlay: 'prod',
    tree: memoryTree({
      ...base,
      'prod/kustomization.yaml': `resources: [../base]
patchesStrategicMerge:
- memory.yaml
- |-
  apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web}
  spec: {template: {spec: {hostNetwork: true}}}
patchesJson6902:
- {target: {group: apps, version: v1, kind: Deployment, name: web}, path: op.json}
patches:
- path: more/patch.yaml
- target: {kind: Deployment}
  patch: '[{"op": "add", "path": "/metadata/annotations", "value": {"mode": "0644"}}]'
`,
      'prod/memory.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {minReadySeconds: 010}\n',
      'prod/op.json': '[{"op": "replace", "path": "/spec/replicas", "value": 2}]'.replace('replace', 'add'),
      'prod/more/patch.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {paused: true}\n',
    }),
  },
  'generators, replacements, vars, components, crds, configurations, openapi': {
    overlay: 'prod',
    tree: memoryTree({
      ...base,
      'prod/kustomization.yaml': `resources: [../base, crd.yaml]
components: [../component]
configMapGenerator:
- name: settings
  files: [a.txt, key=sub/b.txt]
  envs: [a.env]
  literals: [x=1]
secretGenerator:
- {name: token, env: b.env}
replacements: [{path: replacement.yaml}]
vars: [{name: APP, objref: {kind: Deployment, name: web, apiVersion: apps/v1}}]
crds: [crd.json]
configurations: [config.yaml]
openapi: {path: schema.json}
generatorOptions: {labels: {generated: "yes"}}
buildMetadata: [originAnnotations]
`,
      'prod/crd.yaml': 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: thing}\nspec: {app: $(APP)}\n',
      'prod/a.txt': 'hello\n',
      'prod/sub/b.txt': 'b',
      'prod/a.env': 'E=1\n',
      'prod/b.env': 'PASSWORD=hunter2\n',
      'prod/replacement.yaml': `- source: {kind: ConfigMap, name: settings, fieldPath: data.x}
  targets: [{select: {kind: Deployment}, fieldPaths: [metadata.labels.x], options: {create: true}}]
`,
      'prod/crd.json': '{}',
      'prod/config.yaml': 'varReference: [{path: spec/app, kind: Thing}]\n',
      'prod/schema.json': '{"definitions": {}}',
      'component/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -c\n',
    }),
  },
  'builtin plugins in files, in place and in directories': {
    overlay: 'prod',
    tree: memoryTree({
      ...base,
      'prod/kustomization.yaml': `resources: [../base]
generators: [generator.yaml]
transformers:
- ../plugins
- |-
  apiVersion: builtin
  kind: PrefixTransformer
  metadata: {name: prefix}
  prefix: in-place-
  fieldSpecs: [{path: metadata/name}]
`,
      'prod/generator.yaml':
        'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: made}\nfiles: [made.txt]\n',
      'prod/made.txt': 'made',
      'plugins/kustomization.yaml': 'resources: [patch.yaml]\n',
      'plugins/patch.yaml':
        'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npath: p.yaml\ntarget: {kind: Deployment}\n',
      'prod/p.yaml': '- {op: add, path: /spec/replicas, value: 5}\n',
    }),
  },
  'links inside the repository': {
    overlay: 'prod',
    tree: treeWithLinks(
      { ...base, 'prod/kustomization.yaml': 'resources: [../linked, cm.yaml]\n', 'prod/real.yaml': configMap('a') },
      { linked: 'base', 'prod/cm.yaml': './real.yaml' },
    ),
  },
  'odd YAML: anchors, merge keys, repeated keys, another document, any case of field names': {
    overlay: 'prod',
    tree: memoryTree({
      ...base,
      'prod/kustomization.yaml': `x: &none
Resources: [../base]
namePrefix: first-
namePrefix: second-
labels:
- &label {pairs: {a: "1"}}
- {<<: *label, includeSelectors: false, pairs: {b: "on"}}
---
namePrefix: ignored-
`.replace('x: &none\n', ''),
    }),
  },
  'the root of the repository': {
    overlay: '.',
    tree: memoryTree({ Kustomization: 'resources: [a.yaml]\n', 'a.yaml': configMap('a') }),
  },
}

describe('a render is byte for byte what kustomize build prints', () => {
  test.each(Object.keys(buildable))('%s', async (name) => {
    const { tree, overlay } = buildable[name] as { tree: Tree; overlay: string }
    const plain = temporaryDirectory()
    try {
      const expected = await plainBuild(binary, tree, overlay, plain.path)
      const render = await renderer.render(tree, overlay)
      expect(render.text).toBe(expected)
      expect(render.manifests.length).toBeGreaterThan(0)
    } finally {
      plain.remove()
    }
  })

  test('the version is shown as kustomize tells it', async () => {
    expect(await renderer.version()).toMatch(/^kustomize \S+/)
  })

  test('inputs name every file that went in', async () => {
    const { tree, overlay } = buildable['links inside the repository'] as { tree: Tree; overlay: string }
    expect((await renderer.render(tree, overlay)).inputs).toEqual([
      'base/deployment.yaml',
      'base/kustomization.yaml',
      'linked',
      'prod/cm.yaml',
      'prod/kustomization.yaml',
      'prod/real.yaml',
    ])
  })
})

describe('renders are kept by content', () => {
  const tree = memoryTree({ ...base, 'other.txt': '1' })

  test('an unrelated change costs no build, a related one does', async () => {
    const { path, builds, remove } = countingKustomize()
    const fresh = createKustomizeRenderer({ binary: path })
    const first = await fresh.render(tree, 'base')
    const unrelated = await fresh.render(overlayTree(tree, [{ path: 'other.txt', content: '2' }]), 'base')
    expect([builds(), unrelated]).toEqual([1, first])
    const content = deployment.replace('web\nspec', 'web2\nspec')
    const related = await fresh.render(overlayTree(tree, [{ path: 'base/deployment.yaml', content }]), 'base')
    expect([builds(), related.digest === first.digest]).toEqual([2, false])
    remove()
  })

  test('identical renders at the same moment are one build', async () => {
    const { path, builds, remove } = countingKustomize()
    const fresh = createKustomizeRenderer({ binary: path })
    const renders = await Promise.all([1, 2, 3].map(() => fresh.render(tree, 'base')))
    expect([builds(), new Set(renders.map(({ text }) => text)).size]).toEqual([1, 1])
    remove()
  })

  test('on disk, the next process and the next repository find them, to the last digit', async () => {
    const { path, builds, remove } = countingKustomize()
    const cache = { disk: { directory: `${path}.renders`, maxBytes: 1024 ** 2 } }
    const big = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  generation: 9007199254740993\n'
    const same = memoryTree({ 'base/kustomization.yaml': 'resources: [a.yaml]\n', 'base/a.yaml': big })
    const first = await createKustomizeRenderer({ binary: path, cache }).render(same, 'base')
    const again = await createKustomizeRenderer({ binary: path, cache }).render(overlayTree(same, []), 'base')
    expect([builds(), again]).toEqual([1, first])
    expect(again.manifests[0]?.body.metadata).toMatchObject({ generation: 9007199254740993n })
    remove()
  })

  test('another kustomize builds for itself', async () => {
    const { path, builds, remove } = countingKustomize()
    const cache = { disk: { directory: `${path}.renders`, maxBytes: 1024 ** 2 } }
    await createKustomizeRenderer({ binary: path, cache }).render(tree, 'base')
    writeFileSync(path, readFileSync(path, 'utf8').replace('echo v0', 'echo v1'))
    await createKustomizeRenderer({ binary: path, cache }).render(tree, 'base')
    expect(builds()).toBe(2)
    remove()
  })

  test('that a build failed is not kept: the next one may succeed', async () => {
    const { path, remove } = fakeKustomize(`[ -e "$0.mended" ] && exec '${binary}' "$@"\nexit 1`)
    const fresh = createKustomizeRenderer({
      binary: path,
      cache: { disk: { directory: `${path}.renders`, maxBytes: 1024 ** 2 } },
    })
    expect((await refusal(fresh.render(tree, 'base'))).code).toBe('KUSTOMIZE_FAILED')
    writeFileSync(`${path}.mended`, '')
    expect((await fresh.render(tree, 'base')).manifests).toHaveLength(1)
    remove()
  })

  test('one caller that leaves does not take the build from another', async () => {
    const fresh = createKustomizeRenderer({ binary })
    const controller = new AbortController()
    const left = refusal(fresh.render(tree, 'base', { signal: controller.signal }))
    const stays = fresh.render(tree, 'base')
    setImmediate(() => controller.abort())
    expect((await stays).manifests).toHaveLength(1)
    await left.catch(() => undefined)
  })
})

describe('a build that fails', () => {
  const render = (files: Record<string, string>, overlay = 'prod') =>
    refusal(renderer.render(memoryTree(files), overlay))

  test('names the file and line of malformed YAML', async () => {
    const error = await render({
      'prod/kustomization.yaml': 'resources: [a.yaml]',
      'prod/a.yaml': 'kind: X\n  bad: [\n',
    })
    expect(error.code).toBe('KUSTOMIZE_FAILED')
    expect(error.problems[0]).toMatchObject({ file: 'prod/a.yaml', line: 2 })
  })

  test('names the base in which it happened', async () => {
    const error = await render({
      'prod/kustomization.yaml': 'resources: [../base]',
      'base/kustomization.yaml': 'resources: [sub/b.yaml]',
      'base/sub/b.yaml': 'metadata: {name: x}\n',
    })
    expect(error.problems[0]?.file).toBe('base/sub/b.yaml')
  })

  test('shows no path of this machine', async () => {
    const error = await render({
      'prod/kustomization.yaml': 'patches: [{path: p.yaml}]\nresources: [b.yaml]',
      'prod/p.yaml': 'x',
      'prod/b.yaml': configMap('b'),
    })
    expect(error.message).not.toMatch(/lockstep-render|\/tmp/)
  })

  test.each([
    ['a literal without =', 'secretGenerator: [{name: s, literals: [canary-7f3a]}]', {}],
    ['a repeated key', 'secretGenerator: [{name: s, literals: [a=canary-7f3a, a=canary-7f3a]}]', {}],
    [
      'a Secret with a bad name',
      'resources: [s.yaml]',
      { 'prod/s.yaml': '- kind: Secret\n  stringData: {a: canary-7f3a}\n' },
    ],
    ['nothing to merge with', 'secretGenerator: [{name: s, literals: [a=canary-7f3a], behavior: merge}]', {}],
    [
      'a patch of nothing',
      'patches: [{patch: "{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {a: canary-7f3a}}"}]\nresources: [b.yaml]',
      { 'prod/b.yaml': configMap('b') },
    ],
  ])('never shows the value of a Secret: %s', async (_case, kustomization, files) => {
    const error = await render({ 'prod/kustomization.yaml': kustomization, ...files })
    expect(error.code).toBe('KUSTOMIZE_FAILED')
    expect(`${error.message}${error.stack}${JSON.stringify(error.problems)}${error.cause ?? ''}`).not.toContain(
      'canary-7f3a',
    )
  })

  test('takes no more memory than it may have', async () => {
    const rows = Array.from(
      { length: 9 },
      (_, i) =>
        `b${i}: &b${i} [${Array(9)
          .fill(i === 0 ? '"lol"' : `*b${i - 1}`)
          .join(', ')}]`,
    )
    const bomb = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n${rows.join('\n')}\n`
    const error = await render({ 'prod/kustomization.yaml': 'resources: [a.yaml]', 'prod/a.yaml': bomb })
    expect(['KUSTOMIZE_MEMORY', 'KUSTOMIZE_FAILED', 'KUSTOMIZE_TIMEOUT']).toContain(error.code)
  })

  test('ends at its deadline, and with it everything it started', async () => {
    const { path, remove } = fakeKustomize('/bin/sleep 600 &\necho $! > "$0.pid"\nwait')
    const slow = createKustomizeRenderer({ binary: path, limits: { timeoutMs: 300 } })
    expect((await refusal(slow.render(memoryTree(base), 'base'))).code).toBe('KUSTOMIZE_TIMEOUT')
    const sleeper = Number(readFileSync(`${path}.pid`, 'utf8'))
    await eventually(() => !isAlive(sleeper))
    remove()
  })

  test('is called off with its caller', async () => {
    const { path, remove } = fakeKustomize('/bin/sleep 600')
    const controller = new AbortController()
    const options = { signal: controller.signal }
    const error = refusal(createKustomizeRenderer({ binary: path }).render(memoryTree(base), 'base', options))
    setTimeout(() => controller.abort(), 100)
    expect((await error).code).toBe('KUSTOMIZE_ABORTED')
    remove()
  })

  test('takes along everything it started, and what was queued behind it never starts', async () => {
    const { path, remove } = fakeKustomize('echo >> "$0.builds"\n/bin/sleep 600 &\necho $! > "$0.pid"\nwait')
    const one = createKustomizeRenderer({ binary: path, workers: 1 })
    const controller = new AbortController()
    const trees = [1, 2, 3].map((n) =>
      memoryTree({ ...base, 'base/kustomization.yaml': `resources: [deployment.yaml]\nnamePrefix: p${n}-\n` }),
    )
    const errors = trees.map((tree) => refusal(one.render(tree, 'base', { signal: controller.signal })))
    const pid = await eventually(() => existsSync(`${path}.pid`) && Number(readFileSync(`${path}.pid`, 'utf8')))
    controller.abort()
    expect((await Promise.all(errors)).map(({ code }) => code)).toEqual(Array(3).fill('KUSTOMIZE_ABORTED'))
    await eventually(() => !isAlive(pid), undefined, 1_000)
    expect(readFileSync(`${path}.builds`, 'utf8')).toBe('\n')
    remove()
  })

  test('sees neither this environment, nor git, nor the network, nor other files', async () => {
    const server = createServer((socket) => socket.end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const connect = `(exec 3<>/dev/tcp/127.0.0.1/${port}) 2>/dev/null && /bin/echo connected >&2`
    const look = `/usr/bin/env >&2; git version >&2; ${connect}; /usr/bin/find . -type f >&2; exit 1`
    const { path, remove } = fakeKustomize(look)
    const tree = memoryTree({ ...base, canary: 'c' })
    const error = await refusal(createKustomizeRenderer({ binary: path }).render(tree, 'base'))
    server.close()
    remove()
    expect(error.message).toContain('PATH=/nonexistent')
    expect(error.message).toContain('./base/deployment.yaml')
    expect(error.message).toContain('git: command not found')
    expect(error.message).not.toMatch(/HOME=|USER=|connected|canary/)
  })

  test('is given the kustomization as it was checked, in one form that all YAML readers agree on', async () => {
    const { path, remove } = fakeKustomize('/bin/cat prod/kustomization.yaml >&2; exit 1')
    const tree = memoryTree({
      ...base,
      'prod/kustomization.yaml': 'RESOURCES: &x [../base] # comment\nbases: *x\nnamePrefix: no\n',
    })
    const error = await refusal(createKustomizeRenderer({ binary: path }).render(tree, 'prod'))
    expect(error.message).toContain('{"RESOURCES":["../base"],"bases":["../base"],"namePrefix":false}')
    remove()
  })

  test('prints no more than it may', async () => {
    const small = createKustomizeRenderer({ binary, limits: { outputBytes: 100 } })
    expect((await refusal(small.render(memoryTree(base), 'base'))).code).toBe('KUSTOMIZE_OUTPUT')
  })

  test('needs a kustomize', async () => {
    const error = await refusal(createKustomizeRenderer({ binary: '/nonexistent/kustomize' }).version())
    expect(error.code).toBe('KUSTOMIZE_MISSING')
    expect(error.kind).toBe('unreachable')
  })
})
