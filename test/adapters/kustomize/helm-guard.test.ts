import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const GUARD = fileURLToPath(new URL('../../../src/adapters/kustomize/helm-guard.sh', import.meta.url))

/** The guard with `echo` for a helm. */
function guarded(args: readonly string[]) {
  const env = { LOCKSTEP_HELM: '/bin/echo', LOCKSTEP_BUILD: '/build', PATH: '/nonexistent' }
  const { status, stdout, stderr } = spawnSync(GUARD, args, { env })
  return { status, stdout: stdout.toString(), stderr: stderr.toString() }
}

const calls = [
  ['version', '--short'],
  ['version', '-c', '--short'],
  ['template', 'shop', '/build/prod/charts/web', '-f', '/build/kustomize-helm-1/web-kustomize-values.yaml'],
  ['template', '--generate-name', '/build/charts/web ->=1, <2/web', '--namespace', 'shop', '-f', '/build/a b.yaml'],
  [
    'template',
    'a',
    '/build/c',
    '--api-versions',
    'apps/v1',
    '--kube-version',
    'v1.29.0',
    '--include-crds',
    '--skip-tests',
  ],
  ['template', 'a', '/build/c', '--no-hooks', '--debug', '--devel', '--name-template', 'b'],
]
test.each(calls.map((args) => [args.join(' '), args] as const))('reaches helm as it is: %s', (_, args) => {
  expect(guarded(args)).toEqual({ status: 0, stdout: `${args.join(' ')}\n`, stderr: '' })
})

const others = [
  [],
  ['pull', '--untar', '--untardir', '/build/charts', 'https://charts.example.com/web'],
  ['install', 'a', '/build/c'],
  ['plugin', 'install', 'x'],
  ['--debug', 'template', 'a', '/build/c'],
  ['template', '--post-renderer=sh', '/build/c'],
  ['template', 'a', '/build/c', '--post-renderer', 'sh'],
  ['template', '-x', '/build/c'],
  ['template', 'a', '/build/c', '--output-dir', '/build'],
  ['template', 'a', '/build/c', '--set-file', 'a=b'],
  ['template', 'a', '/build/c', '--repo', 'https://charts.example.com'],
  ['template', 'a', '/build/c', '--dependency-update'],
  ['template', 'a', '/build/c', '--enable-dns'],
  ['template', 'a', '/build/c', '--namespace', '--validate'],
  ['template', 'a', '/etc'],
  ['template', 'a', '/buildings/c'],
  ['template', 'a', '/build/../etc'],
  ['template', 'a', '/build/c/..'],
  ['template', 'a', '../c'],
  ['template', 'a', 'oci://registry.example.com/c'],
  ['template', 'a', '/build/c', '-f', '/etc/passwd'],
  ['template', 'a', '/build/c', '-f', '/build/x,/etc/passwd'],
  ['template', 'a', '/build/c', '-f', '/build/"x'],
  ['template', 'a', '/build/c', '-f/etc/passwd'],
  ['template', 'a', '/build/c', '-f', '-'],
]
test.each(others.map((args) => [args.join(' '), args] as const))('does not reach helm: %s', (_, args) => {
  expect(guarded(args)).toEqual({ status: 64, stdout: '', stderr: expect.stringMatching(/^Error: helm was not run/) })
})
