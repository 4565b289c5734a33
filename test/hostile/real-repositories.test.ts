import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createRepository, type Files, type TestRepository, temporaryDirectory } from '../support/git-repository.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../support/kustomize.ts'
import { runLockstep } from '../support/lockstep-program.ts'

const temporary = temporaryDirectory('lockstep-hostile-git')
const outside = join(temporary.path, 'outside.txt')
const WEB = 'apps/web/prod'
const K = `${WEB}/kustomization.yaml`
const settings = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { a: b }\n'
const CONFIG = 'version: 1\noverlays: apps/{app}/{environment}\nenvironments: [{ name: prod, cluster: one }]\n'
const SOUND: Files = {
  '.lockstep.yaml': CONFIG,
  [K]: 'resources: [settings.yaml]\n',
  [`${WEB}/settings.yaml`]: settings,
  'apps/good/prod/kustomization.yaml': 'resources: [settings.yaml]\nnamespace: good\n',
  'apps/good/prod/settings.yaml': settings,
}

let connections = 0
const listener = createServer((socket) => {
  connections += 1
  socket.destroy()
})
let port = 0

beforeAll(async () => {
  process.env.KUSTOMIZE_BIN = await kustomizeForTests()
  process.env.CANARY = 'CANARY-OF-THE-ENVIRONMENT'
  writeFileSync(outside, 'CANARY-OF-A-FILE')
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  port = (listener.address() as AddressInfo).port
}, KUSTOMIZE_SETUP_MS)
afterAll(() => {
  listener.close()
  temporary.remove()
})

interface Attack {
  readonly what: string
  /** Files of the head, or what makes it in the clone. */
  readonly files?: () => Files
  readonly make?: (clone: TestRepository) => void
  /** The code and place of the one error; none for what is harmless. */
  readonly fate?: string
}

const text =
  (kustomization: string, more: Files = {}): (() => Files) =>
  () => ({ [K]: kustomization, ...more })

/** A tree as no checkout could make it: names are bytes to git. */
function commitNames(clone: TestRepository, names: readonly Buffer[]): void {
  const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: clone.path, input: settings })
    .toString()
    .trim()
  const entries = names.map((name) => Buffer.concat([Buffer.from(`100644 ${blob}\t`), name, Buffer.from('\0')]))
  execFileSync('git', ['update-index', '-z', '--index-info'], { cwd: clone.path, input: Buffer.concat(entries) })
  clone.git('commit', '--quiet', '--message=names')
}

const ATTACKS: readonly Attack[] = [
  {
    what: 'a link out',
    files: () => ({ [`${WEB}/settings.yaml`]: { link: outside } }),
    fate: `OVERLAY_LEAVES_REPOSITORY ${K}:1`,
  },
  {
    what: 'a kustomization that is a device',
    files: () => ({ [K]: { link: '/dev/zero' } }),
    fate: `OVERLAY_LEAVES_REPOSITORY ${K}:1`,
  },
  {
    what: 'git’s own configuration as data',
    files: text('configMapGenerator:\n- { name: x, files: [../../../.git/config] }\n'),
    fate: `OVERLAY_MISSING_FILE ${K}:2`,
  },
  {
    what: 'a remote base on this machine',
    files: () => ({ [K]: `resources:\n- http://127.0.0.1:${port}/org/repo\n` }),
    fate: `REMOTE_BASE_REFUSED ${K}:2`,
  },
  {
    what: 'a program',
    files: text('transformers: [run.yaml]\n', {
      [`${WEB}/run.yaml`]: `kind: X\nmetadata:\n  annotations:\n    config.kubernetes.io/function: "exec: { path: ./run.sh }"\n`,
      [`${WEB}/run.sh`]: { executable: `#!/bin/sh\ntouch ${temporary.path}/ran\n` },
    }),
    fate: `PLUGIN_REFUSED ${WEB}/run.yaml:1`,
  },
  {
    what: 'UTF-16',
    files: () => ({ [K]: Buffer.from('\ufeffresources: []\n', 'utf16le') }),
    fate: `KUSTOMIZATION_SYNTAX ${K}:1`,
  },
  {
    what: 'a line break and an option for a name',
    files: text('resources: ["-a\\nb.yaml"]\n', { [`${WEB}/-a\nb.yaml`]: settings }),
  },
  {
    what: 'a directory that is an option',
    files: text('resources: [../../-o]\n', { 'apps/-o/kustomization.yaml': 'namePrefix: x-\n' }),
    fate: `OVERLAY_NAME ${K}:1`,
  },
  {
    what: 'names that are no text',
    make: (clone) =>
      commitNames(clone, [
        Buffer.from(`${WEB}/\xff\xfe.yaml`, 'latin1'),
        Buffer.from(`${WEB}/kustomization.y\xffml`, 'latin1'),
      ]),
  },
  {
    what: 'names longer than any file system takes',
    make: (clone) => commitNames(clone, [Buffer.from(`${WEB}/${'n'.repeat(300)}.yaml`)]),
  },
  {
    what: '10,000 files',
    files: () => Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`docs/${i % 50}/${i}.md`, 'x'])),
  },
  {
    what: 'a submodule for a base',
    make: (clone) => {
      clone.write({
        [K]: 'resources: [../../../sub]\n',
        '.gitmodules': `[submodule "sub"]\n\tpath = sub\n\turl = http://127.0.0.1:${port}/x\n`,
      })
      clone.git('add', '--all')
      clone.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},sub`)
      clone.git('commit', '--quiet', '--message=submodule')
    },
    fate: `OVERLAY_SUBMODULE ${K}:1`,
  },
  {
    what: 'attributes and hooks that name programs',
    make: (clone) => {
      clone.write({ '.gitattributes': '* filter=evil diff=evil merge=evil\n' })
      mkdirSync(join(clone.path, '.git', 'hooks'), { recursive: true })
      for (const hook of ['post-checkout', 'reference-transaction']) {
        clone.write({ [`.git/hooks/${hook}`]: { executable: `#!/bin/sh\ntouch ${temporary.path}/ran\n` } })
      }
      clone.git('-c', 'core.hooksPath=/dev/null', 'add', '--all')
      clone.git('-c', 'core.hooksPath=/dev/null', 'commit', '--quiet', '--message=attributes')
      clone.git('config', 'core.fsmonitor', `touch ${temporary.path}/ran; false`)
      clone.git('config', 'merge.evil.driver', `touch ${temporary.path}/ran; true`)
      clone.git('config', 'diff.evil.textconv', `touch ${temporary.path}/ran; cat`)
    },
  },
]

describe.each(ATTACKS)('$what', ({ files, make, fate }) => {
  test('is answered by diff and by validate, and changes nothing for the rest', async () => {
    const clone = createRepository(join(temporary.path, String(++clones)))
    clone.commit('sound', SOUND)
    clone.git('checkout', '--quiet', '-b', 'head')
    clone.commit('good', { 'apps/good/prod/settings.yaml': settings.replace('a: b', 'a: changed') })
    if (files) clone.commit('hostile', files())
    make?.(clone)
    const [diff, validate] = await Promise.all([
      runLockstep(['diff', '--repo', clone.path, '--base', 'main', '--head', 'head', '--format', 'json']),
      runLockstep(['validate', '--repo', clone.path, '--ref', 'head', '--format', 'json']),
    ])
    const overlays: { application: string; status: string; error?: { code: string; file: string; line: number } }[] =
      JSON.parse(diff.stdout).overlays
    const status = new Map(overlays.map(({ application, status }) => [application, status]))
    const error = overlays.find(({ application }) => application === 'web')?.error
    expect(error && `${error.code} ${error.file}:${error.line}`).toBe(fate)
    expect(status.get('good')).toBe('changed')
    expect([diff.code, validate.code]).toEqual(fate ? [1, 1] : [0, 0])
    const codes = JSON.parse(validate.stdout).findings.map(({ code }: { code: string }) => code)
    expect(codes).toEqual(fate ? [fate.split(' ')[0]] : [])
    expect(JSON.stringify([diff, validate])).not.toContain('CANARY')
    expect(existsSync(join(temporary.path, 'ran'))).toBe(false)
    expect(connections).toBe(0)
  }, 10_000)
})

let clones = 0
