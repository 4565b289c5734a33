import { spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from '@jest/globals'
import { temporaryDirectory } from '../support/git-repository.ts'

const TOOLS = fileURLToPath(new URL('../../tools', import.meta.url))
const temporary = temporaryDirectory('lockstep-bootstrap')
afterAll(() => temporary.remove())
let checkouts = 0

/** A checkout with tools and a lock file, a PATH with only these programs, and an `npm ci` that notes its calls and runs `script`. */
function checkout({ programs = ['git'], npm = 'mkdir -p node_modules' }: { programs?: string[]; npm?: string } = {}) {
  const root = join(temporary.path, String(++checkouts))
  const path = join(root, 'path')
  mkdirSync(path, { recursive: true })
  cpSync(TOOLS, join(root, 'tools'), { recursive: true })
  const lock = (text: string) => writeFileSync(join(root, 'package-lock.json'), text)
  lock('{}')
  const program = (name: string, script: string) => {
    writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(path, name), 0o755)
  }
  if (programs.includes('git')) program('git', 'echo git version 2.39.5')
  if (programs.includes('old git')) program('git', 'echo git version 2.30.2')
  program('npm', `[ "$1" = --version ] && exit\necho "$1" >> ${root}/calls\nPATH=/usr/bin:/bin\n${npm}`)
  symlinkSync(process.execPath, join(path, 'node'))
  const run = (...words: string[]) => start(root, path, words)
  const calls = () =>
    existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') : []
  return { root, run, lock, calls, lockFolder: join(root, '.lockstep-installing') }
}

function start(root: string, path: string, words: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [join(root, 'tools', 'bootstrap.mjs'), ...words], {
    cwd: '/',
    env: { PATH: path },
  })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr })))
}

describe('dependencies', () => {
  test('are installed once, and again when the lock file changed', async () => {
    const { run, calls, lock } = checkout()
    expect((await run('install')).code).toBe(0)
    expect((await run('install')).stderr).toBe('')
    expect(calls()).toEqual(['ci'])
    lock('{"changed": true}')
    expect((await run('install')).stderr).toContain('installing the npm packages')
    expect(calls()).toEqual(['ci', 'ci'])
  })

  test('are installed by one of two that start at once', async () => {
    const { run, calls } = checkout({ npm: 'sleep 1; mkdir -p node_modules' })
    const ended = await Promise.all([run('install'), run('install')])
    expect(ended.map(({ code }) => code)).toEqual([0, 0])
    expect(calls()).toEqual(['ci'])
  })

  test('are not taken for installed after a failure, which is one sentence', async () => {
    const { run, calls, lockFolder } = checkout({ npm: 'mkdir -p node_modules; exit 1' })
    const { code, stderr } = await run('install')
    expect(code).toBe(4)
    expect(stderr).toContain('error  npm ci ended with 1; its words are above. Check the network and try again.\n')
    expect(existsSync(lockFolder)).toBe(false)
    await run('install')
    expect(calls()).toEqual(['ci', 'ci'])
  })

  test('are installed although a killed run left its lock', async () => {
    const { run, calls, lockFolder } = checkout()
    mkdirSync(lockFolder)
    utimesSync(lockFolder, new Date(0), new Date(0))
    expect((await run('install')).code).toBe(0)
    expect(calls()).toEqual(['ci'])
  })
})

describe('what is missing is one sentence with the remedy', () => {
  test('git', async () => {
    const line = 'error  git was not found on PATH: install git 2.38 or newer.\n'
    expect(await checkout({ programs: [] }).run('install')).toEqual({ code: 4, stderr: line })
  })

  test('a git that is too old', async () => {
    const line = 'error  git version 2.30.2 is too old: install git 2.38 or newer.\n'
    expect(await checkout({ programs: ['old git'] }).run('install')).toEqual({ code: 4, stderr: line })
  })

  test('the step', async () => {
    const { code, stderr } = await checkout().run('tset')
    expect(code).toBe(2)
    expect(stderr).toMatch(/^usage: node tools\/bootstrap\.mjs .*\btest\b/)
  })
})
