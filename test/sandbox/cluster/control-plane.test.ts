import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { ensureControlPlane } from '../../../sandbox/cluster/control-plane.ts'
import { DEFAULT_MINOR, MINORS } from '../../../sandbox/cluster/minors.ts'
import { CONTROL_PLANE_VERSION, controlPlaneVersion, PROGRAMS } from '../../../sandbox/cluster/programs.ts'
import { eventually } from '../../support/eventually.ts'

const module = fileURLToPath(new URL('../../fixtures/go-program', import.meta.url))
const names: string[] = Object.values(PROGRAMS).map(({ name }) => name)
let root: string
let cache: string
let built: string
let lines: string[]

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lockstep-programs-'))
  cache = join(root, 'cache')
  built = join(cache, 'control-plane', CONTROL_PLANE_VERSION)
  lines = []
})
afterEach(() => rm(root, { recursive: true, force: true }))

/** A `go` that does what `script` says; `$out` is the file to build. Alone on PATH. */
async function fakeGo(script: string): Promise<Record<string, string>> {
  const bin = join(root, 'bin')
  await executable(
    join(bin, 'go'),
    `while [ "$1" != -o ]; do shift; done\nout="$2"\necho "$3" >>${root}/calls\n${script}`,
  )
  return { PATH: bin, HOME: root }
}

async function executable(file: string, script = ''): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `#!/bin/sh\n${script}\n`)
  await chmod(file, 0o755)
}

const copies = 'printf "#!/bin/sh\\n" >"$out"; /bin/chmod 755 "$out"'
const ensure = (env: Record<string, string | undefined>) =>
  ensureControlPlane({ cache, progress: (line) => lines.push(line), env })
const calls = async () => (await readFile(join(root, 'calls'), 'utf8')).trim().split('\n')

describe('programs that are not there yet', () => {
  test("are built by Go itself, from the module's pinned sources, and run", async () => {
    const programs = Object.fromEntries(
      Object.entries(PROGRAMS).map(([key, { name }]) => [key, { name, module, package: 'example.dev/program' }]),
    ) as unknown as typeof PROGRAMS
    const env = { ...process.env, KUBEBUILDER_ASSETS: undefined }
    const binaries = await ensureControlPlane({ cache, progress: (line) => lines.push(line), env, programs })
    expect(binaries.etcd).toBe(join(built, 'etcd'))
    expect(spawnSync(binaries.etcd).stderr.toString()).toBe('built\n')
    expect((await readdir(built)).filter((name) => !names.includes(name))).toEqual([])
  }, 120_000)

  test('are built once, with a line for each, and found the next time', async () => {
    const env = await fakeGo(copies)
    const first = await ensure(env)
    expect(lines).toEqual(names.map((name, index) => expect.stringContaining(`building ${name} (${index + 1} of 6`)))
    expect(await ensure(env)).toEqual(first)
    expect(await calls()).toEqual(Object.values(PROGRAMS).map((program) => program.package))
    expect(await readdir(join(cache, 'control-plane'))).toEqual([CONTROL_PLANE_VERSION])
  })

  test('are never half there: what a killed build left is removed, what it finished is kept', async () => {
    await executable(join(built, 'etcd'))
    await writeFile(join(built, 'kube-apiserver.4711.part'), 'half')
    await ensure(await fakeGo(copies))
    expect((await readdir(built)).filter((name) => name.endsWith('.part'))).toEqual([])
    expect(await calls()).not.toContain(PROGRAMS.etcd.package)
  })

  test("that do not build are named with the compiler's words, and leave nothing behind", async () => {
    const env = await fakeGo('echo "go.mod requires go >= 1.26.0" >&2; echo half >"$out"; exit 1')
    await expect(ensure(env)).rejects.toMatchObject({
      code: 'SANDBOX_BUILD_FAILED',
      kind: 'unreachable',
      message: expect.stringContaining('etcd: go.mod requires go >= 1.26.0'),
    })
    expect((await readdir(built)).filter((name) => name !== 'go')).toEqual([])
  })

  test('without Go: one error that says both ways out', async () => {
    await expect(ensure({ PATH: join(root, 'empty') })).rejects.toMatchObject({
      code: 'SANDBOX_NO_GO',
      kind: 'unreachable',
      problems: [expect.objectContaining({ remedy: expect.stringMatching(/Install Go .*KUBEBUILDER_ASSETS/) })],
    })
  })

  test('are built by one of two processes; the other says that it waits', async () => {
    const env = await fakeGo(`/bin/sleep 0.2; ${copies}`)
    const script = join(root, 'ensure.ts')
    const source = new URL('../../../sandbox/cluster/control-plane.ts', import.meta.url)
    await writeFile(
      script,
      `import { ensureControlPlane } from '${source}'
await ensureControlPlane({ cache: ${JSON.stringify(cache)}, progress: console.log, env: ${JSON.stringify(env)} })\n`,
    )
    const other = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(other.stdout, 'data')
    await ensure(env)
    await eventually(() => other.exitCode === 0)
    expect(lines[0]).toContain('another process builds')
    expect(new Set(await calls()).size).toBe((await calls()).length)
  })

  test('a lock left by a killed process does not stop anybody for long', async () => {
    await mkdir(dirname(built), { recursive: true })
    await writeFile(`${built}.lock`, '')
    execFileSync('touch', ['-d', '1 minute ago', `${built}.lock`])
    await ensure(await fakeGo(copies))
    expect(await readdir(dirname(built))).toEqual([CONTROL_PLANE_VERSION])
  })
})

describe("programs of one's own", () => {
  test('KUBEBUILDER_ASSETS goes first; what it lacks is built', async () => {
    const assets = join(root, 'assets')
    for (const name of ['etcd', 'kube-apiserver', 'kubectl']) await executable(join(assets, name))
    const binaries = await ensure({ ...(await fakeGo(copies)), KUBEBUILDER_ASSETS: assets })
    expect(binaries).toMatchObject({
      etcd: join(assets, 'etcd'),
      kubectl: join(assets, 'kubectl'),
      kwok: join(built, 'kwok'),
    })
    expect(await calls()).toHaveLength(3)
  })

  test('KUBEBUILDER_ASSETS without an API server is an error, not silently ignored', async () => {
    await executable(join(root, 'assets', 'etcd'))
    await expect(ensure({ ...(await fakeGo(copies)), KUBEBUILDER_ASSETS: join(root, 'assets') })).rejects.toMatchObject(
      {
        code: 'SANDBOX_ASSETS_INCOMPLETE',
        message: expect.stringContaining('kube-apiserver'),
      },
    )
  })

  test('a kubectl on PATH is used', async () => {
    const env = await fakeGo(copies)
    await executable(join(root, 'bin', 'kubectl'))
    expect((await ensure(env)).kubectl).toBe(join(root, 'bin', 'kubectl'))
  })
})

describe('another Kubernetes minor', () => {
  test.each(MINORS)('%s is pinned by sources that say so', async (minor) => {
    const folder = new URL(`../../../sandbox/cluster/control-plane/${minor}/`, import.meta.url)
    const [, kubernetes, etcd] = /kubernetes-(.*)_etcd-(.*)_/.exec(controlPlaneVersion(minor)) ?? []
    const modules = await readFile(new URL('go.mod', folder), 'utf8')
    expect(modules).toContain(`k8s.io/kubernetes v${kubernetes} `)
    expect(modules).toContain(`go.etcd.io/etcd/server/v3 v${etcd} `)
    expect(modules).toContain(`k8s.io/apiserver => k8s.io/apiserver v0.${kubernetes?.slice(2)}\n`)
    expect(kubernetes?.startsWith(`${minor}.`)).toBe(true)
  })

  test('LOCKSTEP_KUBERNETES chooses one; each has a folder of its own', async () => {
    const other = MINORS.find((minor) => minor !== DEFAULT_MINOR) ?? DEFAULT_MINOR
    const binaries = await ensure({ ...(await fakeGo(copies)), LOCKSTEP_KUBERNETES: other })
    expect(binaries.apiserver).toBe(join(cache, 'control-plane', controlPlaneVersion(other), 'kube-apiserver'))
    expect(await readdir(join(cache, 'control-plane'))).toEqual([controlPlaneVersion(other)])
  })

  test('one that nobody pinned is refused before anything is built', async () => {
    await expect(ensure({ LOCKSTEP_KUBERNETES: '1.12' })).rejects.toMatchObject({
      code: 'SANDBOX_UNKNOWN_MINOR',
      problems: [expect.objectContaining({ remedy: expect.stringContaining(MINORS.join(', ')) })],
    })
    expect(lines).toEqual([])
  })
})
