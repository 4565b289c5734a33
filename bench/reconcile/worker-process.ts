// The worker as it runs everywhere, for one cluster and one repository on disk. `sync REVISION COUNT` answers once so many targets hold
// that commit; what it sees of drift is told as it comes.
import { generateKeyPairSync } from 'node:crypto'
import { createInterface } from 'node:readline'
import { openLocalRepository } from '../../src/adapters/git/local-repository.ts'
import { createLog } from '../../src/assemble/log.ts'
import { readOperatorConfig } from '../../src/assemble/operator.ts'
import { createServices, type Services } from '../../src/assemble/services.ts'
import { repositoryName } from '../../src/model/github.ts'
import type { StatusBoard, TargetStatus } from '../../src/model/target-status.ts'
import { startWorker } from '../../src/worker.ts'
import { REPOSITORY } from './engine.ts'
import { monotonicMs } from './monotonic.ts'
import { quietGitHub } from './quiet-github.ts'

export interface DriftSeen {
  readonly event: 'drift'
  readonly application: string
  /** `monotonicMs`. */
  readonly at: number
}

export interface Synced {
  readonly milliseconds: number
}

const [operatorFile = '', repository = ''] = process.argv.slice(2)
const statuses = new Map<string, TargetStatus>()
const waiting = new Set<() => void>()

const services = await openServices()
const worker = startWorker(services)

for await (const line of createInterface({ input: process.stdin })) {
  const [, revision = '', count = ''] = line.split(' ')
  print(await sync(revision, Number(count)))
}
await worker.stop()
await services.close()

async function sync(revision: string, count: number): Promise<Synced> {
  const begun = performance.now()
  await services.queue.add({ kind: 'dispatch', repository: REPOSITORY })
  await new Promise<void>((resolve) => {
    const look = () => {
      if ([...statuses.values()].filter((status) => holds(status, revision)).length < count) return
      waiting.delete(look)
      resolve()
    }
    waiting.add(look)
    look()
  })
  return { milliseconds: performance.now() - begun }
}

function holds(status: TargetStatus, revision: string): boolean {
  return status.revision === revision && status.sync === 'Synced'
}

async function openServices(): Promise<Services> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const config = readOperatorConfig(
    operatorFile,
    {
      LOCKSTEP_APP_ID: '1',
      LOCKSTEP_PRIVATE_KEY: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      LOCKSTEP_WEBHOOK_SECRET: 'nobody-sends-anything',
    },
    process.cwd(),
  )
  const made = createServices(config, createLog('error'))
  const github = quietGitHub(REPOSITORY)
  const { mirror } = await openLocalRepository(repository)
  const name = repositoryName(REPOSITORY)
  const access = { ref: REPOSITORY, name, repository: github.repository(REPOSITORY), mirror }
  return { ...made, github, board: observed(made.board), openRepository: async () => access }
}

function observed(board: StatusBoard): StatusBoard {
  return {
    ...board,
    async put(name, status) {
      statuses.set(status.target.application, status)
      if (status.drift.length > 0) {
        print({ event: 'drift', application: status.target.application, at: monotonicMs() } satisfies DriftSeen)
      }
      for (const look of waiting) look()
      return board.put(name, status)
    },
  }
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
