// The worker as it runs everywhere, for one cluster and one repository on disk. `sync REVISION COUNT` answers once so many targets hold
// that commit, `healthy REVISION COUNT SECONDS` once they are healthy too, or with those that are not in time, and `dispatch` at once; what it
// sees of drift is told as it comes.
import { generateKeyPairSync } from 'node:crypto'
import { createInterface } from 'node:readline'
import { openLocalRepository } from '../../src/adapters/git/local-repository.ts'
import { createLog } from '../../src/assemble/log.ts'
import { readOperatorConfig } from '../../src/assemble/operator.ts'
import { createServices, type Services } from '../../src/assemble/services.ts'
import { repositoryName } from '../../src/model/github.ts'
import { targetId } from '../../src/model/target.ts'
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
  /** Empty unless it took too long. */
  readonly others: readonly TargetStatus[]
}

const [operatorFile = '', repository = ''] = process.argv.slice(2)
const statuses = new Map<string, TargetStatus>()
const waiting = new Set<() => void>()

const services = await openServices()
const worker = startWorker(services)

for await (const line of createInterface({ input: process.stdin })) {
  const [command, revision = '', count = '', seconds = '3600'] = line.split(' ')
  await services.queue.add({ kind: 'dispatch', repository: REPOSITORY })
  const wanted = (status: TargetStatus) =>
    holds(status, revision) && (command === 'sync' || status.health === 'Healthy')
  print(await until(wanted, Number(count), Number(seconds) * 1000))
}
await worker.stop()
await services.close()

async function until(wanted: (status: TargetStatus) => boolean, count: number, atMostMs: number): Promise<Synced> {
  const begun = performance.now()
  const done = () => [...statuses.values()].filter(wanted).length >= count
  const reached = Promise.withResolvers<void>()
  const look = () => done() && reached.resolve()
  const late = setTimeout(reached.resolve, atMostMs)
  waiting.add(look)
  look()
  await reached.promise
  clearTimeout(late)
  waiting.delete(look)
  const others = done() ? [] : [...statuses.values()].filter((status) => !wanted(status))
  return { milliseconds: performance.now() - begun, others }
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
      statuses.set(targetId(status.target), status)
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
