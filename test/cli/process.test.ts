import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from '@jest/globals'
import { temporaryDirectory } from '../support/git-repository.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LAUNCHER = join(ROOT, 'bin', 'lockstep')
const temporary = temporaryDirectory('lockstep-launcher')
afterAll(() => temporary.remove())

function sh(script: string, env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script], {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  return { status, stdout, stderr }
}

describe('bin/lockstep', () => {
  const version = { status: 0, stdout: expect.stringMatching(/^lockstep \d+\.\d+\.\d+\n$/), stderr: '' }

  test('works from any folder', () => {
    expect(sh(`${LAUNCHER} --version`)).toEqual(version)
  })

  test('works through links, relative and absolute', () => {
    symlinkSync(LAUNCHER, join(temporary.path, 'first'))
    symlinkSync('first', join(temporary.path, 'second'))
    expect(sh(`${join(temporary.path, 'second')} --version`)).toEqual(version)
  })

  test('keeps what Node made of the sources in the cache, and starts where none can be made', () => {
    const cache = join(temporary.path, 'cache')
    expect(sh(`${LAUNCHER} --version`, { NODE_COMPILE_CACHE: '', LOCKSTEP_CACHE: cache })).toEqual(version)
    expect(readdirSync(join(cache, 'compiled'))).not.toEqual([])
    expect(sh(`timeout 20 ${LAUNCHER} --version`, { NODE_COMPILE_CACHE: '', LOCKSTEP_CACHE: '/proc/none' })).toEqual(
      version,
    )
  })

  test('a reader that went away is no failure', () => {
    expect(sh(`{ ${LAUNCHER} help; echo "ended with $?" >&2; } | true`)).toEqual({
      status: 0,
      stdout: '',
      stderr: 'ended with 0\n',
    })
  })

  /** A clone whose programs only say what they were called with. `path` holds a `node` of this version. */
  function clone(name: string, options: { node?: string; bundled?: string; installed?: boolean }) {
    const root = join(temporary.path, name)
    const path = join(root, 'path')
    mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true })
    mkdirSync(path)
    cpSync(join(ROOT, 'bin'), join(root, 'bin'), { recursive: true })
    if (options.installed) mkdirSync(join(root, 'node_modules', 'yaml'))
    const fake = (file: string, version: string, label: string) => {
      writeFileSync(file, `#!/bin/sh\n[ "$1" = --version ] && { echo ${version}; exit; }\necho ${label} "$@"\n`)
      chmodSync(file, 0o755)
    }
    if (options.node) fake(join(path, 'node'), options.node, 'system')
    if (options.bundled) fake(join(root, 'node_modules', '.bin', 'node'), options.bundled, 'bundled')
    for (const tool of ['dirname', 'readlink', 'npm']) {
      writeFileSync(join(path, tool), `#!/bin/sh\nPATH=/usr/bin:/bin exec ${tool} "$@"\n`)
      chmodSync(join(path, tool), 0o755)
    }
    return { root, run: () => sh(`${root}/bin/lockstep validate`, { PATH: path }), path }
  }

  test.each([
    ['v24.1.0', 'system'],
    ['v22.20.0', 'system'],
    ['v22.19.9', 'bundled'],
    ['v20.11.0', 'bundled'],
    ['v18.0.0', 'bundled'],
  ])('under Node %s it runs with the %s one', (node, label) => {
    const { root, run } = clone(`node-${node}`, { node, bundled: 'v24.21.0', installed: true })
    const flags = '--disable-warning=ExperimentalWarning --max-semi-space-size=2'
    expect(run()).toEqual({ status: 0, stdout: `${label} ${flags} ${root}/src/cli.ts validate\n`, stderr: '' })
  })

  test.each(['worker', 'serve'])('what stays (%s) tidies up earlier', (command) => {
    const { root, path } = clone(`tidy-${command}`, { node: 'v24.1.0', installed: true })
    const { stdout } = sh(`${root}/bin/lockstep ${command}`, { PATH: path })
    expect(stdout).toContain(` --heap-growing-percent=20 ${root}/src/cli.ts ${command}\n`)
  })

  test('says in one sentence that no Node is new enough', () => {
    expect(clone('old', { node: 'v20.11.0', installed: true }).run()).toEqual({
      status: 4,
      stdout: '',
      stderr: 'lockstep: Node 22.20 or newer is needed and none came with the dependencies: install Node 24.\n',
    })
  })

  test('installs its dependencies first where they are missing', () => {
    const { root, run } = clone('fresh', { node: 'v24.1.0' })
    const { stdout, stderr } = run()
    expect(stderr).toBe(`system ${root}/tools/bootstrap.mjs install\n`)
    expect(stdout).toContain('src/cli.ts validate')
  })

  test('says in one sentence what is missing for that', () => {
    expect(clone('nothing', {}).run()).toEqual({
      status: 4,
      stdout: '',
      stderr:
        'lockstep: its dependencies are not installed, and node or npm is missing: install Node 20 or newer with npm.\n',
    })
  })
})

describe('signals', () => {
  /** Sends each signal once the process has said the word before it; answers how it ended. */
  async function signalled(command: string, steps: readonly [after: string, signal: NodeJS.Signals][]) {
    const script = join(ROOT, 'test', 'support', 'waiting-command.ts')
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, command])
    const left = [...steps]
    let said = ''
    let complaints = ''
    child.stderr.on('data', (chunk) => {
      complaints += chunk
    })
    child.stdout.on('data', (chunk) => {
      said += chunk
      const [next] = left
      if (next && said.includes(next[0])) child.kill(left.shift()?.[1])
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    return { code, complaints }
  }

  test('Ctrl-C ends a command with 130, after it has cleaned up', async () => {
    expect(await signalled('wait', [['ready', 'SIGINT']])).toEqual({ code: 130, complaints: '' })
  })

  test('SIGTERM lets a service end well', async () => {
    expect(await signalled('wait', [['ready', 'SIGTERM']])).toEqual({ code: 0, complaints: '' })
  })

  test('a second Ctrl-C ends a command that does not listen', async () => {
    const steps = [
      ['ready', 'SIGINT'],
      ['no', 'SIGINT'],
    ] as const
    expect(
      await signalled(
        'stubborn',
        steps.map((step) => [...step]),
      ),
    ).toEqual({ code: 130, complaints: '' })
  })
})
