import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parseRemoteAddress } from '../../../src/model/kustomization/remote-address.ts'
import { mapLimited } from '../../../src/model/map-limited.ts'
import { temporaryDirectory } from '../../support/git-repository.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../../support/kustomize.ts'

const scratch = temporaryDirectory()
let kustomize: string
beforeAll(async () => {
  kustomize = await kustomizeForTests()
  const script = `#!/bin/sh\nmkdir -p a/b b\n[ "$1" = fetch ] && printf '%s\\n' "$@" > "$GIT_SEEN"\nexit 0\n`
  writeFileSync(join(scratch.path, 'git'), script, { mode: 0o755 })
}, KUSTOMIZE_SETUP_MS)
afterAll(() => scratch.remove())

interface Understood {
  /** What it has git fetch from, or nothing where it takes the text for something else. */
  readonly url?: string
  readonly ref?: string
  /** Where it then looks for a kustomization, and finds none. */
  readonly path?: string
}

let runs = 0
/** kustomize itself with a git that fetches nothing and a network that leads nowhere. */
async function askKustomize(text: string): Promise<Understood> {
  const directory = join(scratch.path, String(runs++))
  mkdirSync(directory)
  writeFileSync(join(directory, 'kustomization.yaml'), JSON.stringify({ resources: [text] }))
  const seen = join(directory, 'seen')
  const nowhere = { HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' }
  const env = { PATH: `${scratch.path}:/bin:/usr/bin`, GIT_SEEN: seen, TMPDIR: directory, ...nowhere }
  const words = await new Promise<string>((resolve) => {
    execFile(kustomize, ['build', directory], { env }, (_, __, stderr) => resolve(stderr))
  })
  try {
    const [, , url = '', ref = ''] = readFileSync(seen, 'utf8').trimEnd().split('\n')
    const [, path = ''] = /(?:lstat|stat|directory) \S*?\/kustomize-\d+\/?([^\s:']*)/.exec(words) ?? []
    return { url, ref, path }
  } catch {
    return {}
  }
}

/** Ours fetches by https what kustomize fetches by ssh, and github.com's names in small letters. */
function asOurs(url: string): string {
  const ssh = /^(?:ssh:\/\/(?:[a-z][\w-]*@)?|[a-z][\w-]*@)([^/:]+)[:/]/i
  const web = url.replace(ssh, 'https://$1/').replace(/^(https?:\/\/)[^/@]*@/, '$1')
  const [, protocol = '', host = '', rest = ''] = /^(https?:\/\/)([^/]*)(.*)$/.exec(web) ?? []
  const path = host.toLowerCase() === 'github.com' ? rest.toLowerCase().replace(/\.git$/, '') : rest
  return `${protocol}${host.toLowerCase()}${path}`
}

const HOSTS = [
  'https://github.com/',
  'hTTps://GitHub.com/',
  'http://github.com/',
  'gitHub.com/',
  'github.com:',
  'git@github.com:',
  'git@github.com/',
  'ssh://git@github.com/',
  'https://git@github.com/',
  'git::https://gitlab.com/',
  'git::git@gitlab.com:',
  'http://git.example.com:8080/',
  'ssh://git.example.com/',
  'ssh://git@git.example.com:7999/',
  'https://user@git.example.com/',
  'https://user:secret@git.example.com/',
  'user@git.example.com/',
  'file:///',
  'git://git.example.com/',
]
const PATHS = [
  'org/repo',
  'Org/Repo/a/b',
  'org/repo.git',
  'org/repo.git/a',
  'org/repo.git//a/../b',
  'org/repo//a//b',
  'org/repo/a/',
  'org/project/_git/repo/a',
  'org/project/_git/repo//a',
  'org/my.github.io/a',
  'org/repo/../../x',
  'org/repo//..',
  'org',
]
const QUERIES = ['', '?ref=v1', '?ref=a%2Fb&timeout=61s', '?version=v1&submodules=false', '?ref=v2&version=v1', '?ref=']

test('an address that is read means to kustomize what it means here', async () => {
  const texts = HOSTS.flatMap((host, index) =>
    PATHS.flatMap((path, at) => `${host}${path}${QUERIES[(index + at) % QUERIES.length]}`),
  )
  const answers = await mapLimited(texts, 4, async (text) => ({ text, theirs: await askKustomize(text) }))
  const read = answers.filter(({ text }) => !('refused' in parseRemoteAddress(text)))
  expect(read.length).toBeGreaterThan(100)
  const ours = read.map(({ text }) => {
    const parsed = parseRemoteAddress(text)
    return 'refused' in parsed ? {} : { text, url: asOurs(parsed.url), ref: parsed.ref ?? 'HEAD', path: parsed.path }
  })
  expect(ours).toEqual(
    read.map(({ text, theirs }) => ({
      text,
      url: asOurs(theirs.url ?? ''),
      ref: theirs.ref,
      path: theirs.path,
    })),
  )
}, 120_000)
