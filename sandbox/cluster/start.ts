import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { LockstepError } from '../../src/model/errors.ts'
import {
  apiserverArguments,
  controllerArguments,
  etcdArguments,
  kwokArguments,
  schedulerArguments,
} from './arguments.ts'
import type { ControlPlaneBinaries } from './control-plane.ts'
import { freePort } from './free-port.ts'
import { type Login, printKubeconfig, printTokenFile } from './kubeconfig.ts'
import type { LocalCluster } from './local-cluster.ts'
import { ProcessGroup } from './process-group.ts'
import { apiReady, createNode } from './readiness.ts'

export interface StartOptions {
  readonly binaries: ControlPlaneBinaries
  /** Everything it writes goes here; etcd's data of an earlier run is dropped. Left behind on `stop`. */
  readonly directory: string
  readonly progress: (line: string) => void
  /** False: etcd and the API server alone, for tests that need no running Pods. */
  readonly controllers?: boolean
  /** People with every right, besides `admin`. */
  readonly administrators?: readonly string[]
  /** People without any right until RBAC objects give them one. */
  readonly users?: readonly string[]
  /** More command-line flags of kube-apiserver. */
  readonly apiserverFlags?: readonly string[]
  /** Where to look for a port; a taken one is answered by asking again, three times in all. */
  readonly findPort?: () => Promise<number>
}

const READY_MS = 60_000
const PORT_ATTEMPTS = 3
const STAGES = fileURLToPath(new URL('stages.yaml', import.meta.url))

/** Starts a control plane on a free loopback port; ready in about three seconds. It ends with `stop` or with this process. */
export async function startCluster(options: StartOptions): Promise<LocalCluster> {
  const { directory, progress } = options
  const begun = Date.now()
  const logins = makeLogins(options)
  await prepare(directory, logins)
  progress('starting etcd and kube-apiserver')
  const programs = new ProcessGroup(directory)
  try {
    const server = await startApi(programs, options, logins)
    if (options.controllers ?? true) await startControllers(programs, options, server, logins)
    progress(`Kubernetes is ready at ${server} after ${((Date.now() - begun) / 1000).toFixed(1)} s`)
    return running(programs, directory, server, logins)
  } catch (error) {
    await programs.stop()
    throw error
  }
}

function running(programs: ProcessGroup, directory: string, server: string, logins: readonly Login[]): LocalCluster {
  const stop = () => programs.stop()
  return {
    kubeconfig: join(directory, 'kubeconfig'),
    context: 'admin',
    server,
    as: (user) => logins.find(({ name }) => name === user)?.name,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function makeLogins({ administrators = [], users = [] }: StartOptions): Login[] {
  const login = (name: string, groups: readonly string[]) => ({ name, groups, token: randomBytes(16).toString('hex') })
  return [
    ...['admin', ...administrators].map((name) => login(name, ['system:masters'])),
    ...users.map((name) => login(name, [])),
  ]
}

async function prepare(directory: string, logins: readonly Login[]): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  for (const left of ['etcd', 'etcd:1', 'etcd:2', 'certificates']) {
    await rm(join(directory, left), { recursive: true, force: true })
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = privateKey.export({ type: 'sec1', format: 'pem' })
  await writeFile(join(directory, 'service-account.key'), key, { mode: 0o600 })
  await writeFile(join(directory, 'tokens.csv'), printTokenFile(logins), { mode: 0o600 })
}

async function startApi(programs: ProcessGroup, options: StartOptions, logins: readonly Login[]): Promise<string> {
  const { binaries, directory, apiserverFlags = [], findPort = freePort } = options
  programs.launch('etcd', binaries.etcd, etcdArguments())
  for (let attempt = 1; ; attempt++) {
    const port = await findPort()
    const server = `https://127.0.0.1:${port}`
    programs.launch('kube-apiserver', binaries.apiserver, [...apiserverArguments(port), ...apiserverFlags])
    const ca = await untilReady(programs, () => apiReady(server, directory, token(logins)))
    if (ca === undefined && attempt < PORT_ATTEMPTS && portWasTaken(programs)) continue
    if (ca === undefined) throw startFailed(programs)
    await writeFile(join(directory, 'kubeconfig'), printKubeconfig(server, ca, logins), { mode: 0o600 })
    return server
  }
}

async function startControllers(
  programs: ProcessGroup,
  options: StartOptions,
  server: string,
  logins: readonly Login[],
): Promise<void> {
  const { binaries, directory, progress } = options
  progress('starting kube-controller-manager, kube-scheduler and kwok')
  programs.launch('kube-controller-manager', binaries.controllers, controllerArguments())
  programs.launch('kube-scheduler', binaries.scheduler, schedulerArguments())
  programs.launch('kwok', binaries.kwok, kwokArguments(STAGES))
  await createNode(server, directory, token(logins))
}

/** What `check` found, or undefined when a program ended or a minute passed before. */
async function untilReady<T>(programs: ProcessGroup, check: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadline = Date.now() + READY_MS
  while (Date.now() < deadline && programs.ended().length === 0) {
    const found = await check()
    if (found !== undefined) return found
    await sleep(50)
  }
  return undefined
}

function portWasTaken(programs: ProcessGroup): boolean {
  return (
    programs.ended().includes('kube-apiserver') &&
    programs.lastWords('kube-apiserver', 20).includes('address already in use')
  )
}

function startFailed(programs: ProcessGroup): LockstepError {
  const name = programs.ended()[0] ?? 'kube-apiserver'
  const what = programs.ended().length > 0 ? 'ended while starting' : `was not ready after ${READY_MS / 1000} s`
  return new LockstepError(
    {
      code: 'SANDBOX_START_FAILED',
      message: `The local control plane's ${name} ${what}: ${programs.lastWords(name)}`,
      remedy: `Read ${programs.logFile(name)}, then run the same command again.`,
    },
    { kind: 'unreachable' },
  )
}

function token(logins: readonly Login[]): string {
  return logins[0]?.token ?? ''
}
