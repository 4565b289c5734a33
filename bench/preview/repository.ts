import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { APPLICATION_STYLES } from './application-styles.ts'
import { ENVIRONMENTS, type Files } from './files.ts'
import { git } from './git.ts'

/** A change to look at: a branch of the repository, and how many overlays render differently because of it. */
export interface Change {
  readonly branch: string
  readonly overlays: number
  readonly edit: Files
}

const COMMON = 'components/common/kustomization.yaml'

/** One overlay, three applications in all their environments, and a component that every overlay builds on. */
export const CHANGES: readonly Change[] = [
  { branch: 'one-overlay', overlays: 1, edit: { 'apps/app-000/overlays/dev/replicas.yaml': replicas('app-000', 7) } },
  {
    branch: 'three-by-three',
    overlays: 9,
    edit: Object.fromEntries(
      ['app-000', 'app-008', 'app-016'].map((name) => [`apps/${name}/base/service.yaml`, service(name, 9090)]),
    ),
  },
  { branch: 'shared-component', overlays: 600, edit: { [COMMON]: common('platform-2') } },
]

/** A Git repository of 200 applications in 3 environments each, in eight styles, with a branch for each change. Same bytes every time. */
export async function makeRepository(directory: string, applications = 200): Promise<void> {
  await mkdir(directory, { recursive: true })
  await git(directory, 'init', '--quiet', '--initial-branch', 'main')
  await commit(directory, repositoryFiles(applications), 'Everything as it runs today')
  for (const { branch, edit } of CHANGES) {
    await git(directory, 'checkout', '--quiet', '-b', branch, 'main')
    await commit(directory, edit, branch)
  }
  await git(directory, 'checkout', '--quiet', 'main')
}

function repositoryFiles(applications: number): Files {
  const files: Record<string, string> = { '.lockstep.yaml': CONFIG, [COMMON]: common('platform-1') }
  for (let number = 0; number < applications; number += 1) {
    const name = `app-${String(number).padStart(3, '0')}`
    const style = APPLICATION_STYLES[number % APPLICATION_STYLES.length] as (typeof APPLICATION_STYLES)[number]
    for (const [path, content] of Object.entries(style(name))) files[`apps/${name}/${path}`] = content
  }
  return files
}

async function commit(directory: string, files: Files, message: string): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), content)
  }
  await git(directory, 'add', '--all')
  await git(directory, 'commit', '--quiet', '--message', message)
}

const CONFIG = stringify({
  version: 1,
  overlays: 'apps/{app}/overlays/{environment}',
  environments: ENVIRONMENTS.map((name, index) => ({
    name,
    cluster: name,
    ...(index > 0 && { after: [ENVIRONMENTS[index - 1]] }),
  })),
})

function common(cost: string): string {
  return stringify({
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    labels: [{ pairs: { 'team.example.com/cost': cost }, includeTemplates: true }],
  })
}

function replicas(name: string, count: number): string {
  return stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas: count } })
}

function service(name: string, port: number): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ name: 'http', port, targetPort: 'http' }] },
  })
}
