import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Requests by what they are: `get`, `list`, `watch`, `apply`, `dry run`, `patch`, `create`, `delete`. */
export type Counts = Readonly<Record<string, number>>

export interface Requests {
  /** About the objects that are applied. */
  readonly objects: Counts
  /** About an engine's own objects: inventories, leases, events. */
  readonly own: Counts
  /** What there is to ask for: kinds, versions. */
  readonly discovery: number
}

const LOG = 'audit.log'
const POLICY = 'audit-policy.yaml'
const OWN_NAMESPACE = 'lockstep-system'
/** The last lines are written a moment after their answers. */
const SETTLE_MS = 50

/** A line a request that has ended, and one a watch that has begun; nothing of the server's own. */
const POLICY_TEXT = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - { level: None, users: ["system:apiserver", admin, foreign] }
  - { level: Metadata }
`

/** Flags of kube-apiserver, once the policy stands in its directory. */
export async function requestLogFlags(directory: string): Promise<string[]> {
  await writeFile(join(directory, POLICY), POLICY_TEXT)
  return [`--audit-policy-file=${POLICY}`, `--audit-log-path=${LOG}`]
}

/** What the API server of that directory was asked. */
export class RequestLog {
  readonly #file: string
  #offset = 0

  constructor(directory: string) {
    this.#file = join(directory, LOG)
  }

  /** Of one user, since the last call. */
  async sinceLast(user: string): Promise<Requests> {
    await sleep(SETTLE_MS)
    const entries = (await this.#readOn())
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Entry)
    return sumUp(entries.filter((entry) => entry.user.username === user && isCounted(entry)))
  }

  async #readOn(): Promise<string> {
    const handle = await open(this.#file)
    try {
      const { size } = await handle.stat()
      const { buffer } = await handle.read(Buffer.alloc(size - this.#offset), 0, size - this.#offset, this.#offset)
      const text = buffer.toString('utf8')
      const complete = text.slice(0, text.lastIndexOf('\n') + 1)
      this.#offset += Buffer.byteLength(complete)
      return complete
    } finally {
      await handle.close()
    }
  }
}

interface Entry {
  readonly stage: string
  readonly verb: string
  readonly requestURI: string
  readonly user: { readonly username: string }
  readonly objectRef?: { readonly resource: string; readonly namespace?: string; readonly name?: string }
}

/** A watch is told when it begins and when it ends. */
function isCounted({ stage, verb }: Entry): boolean {
  return stage === (verb === 'watch' ? 'ResponseStarted' : 'ResponseComplete')
}

function sumUp(entries: readonly Entry[]): Requests {
  const about = entries.filter(({ objectRef }) => objectRef !== undefined)
  return {
    objects: countBy(about.filter((entry) => !isOwn(entry))),
    own: countBy(about.filter(isOwn)),
    discovery: entries.length - about.length,
  }
}

function isOwn({ objectRef }: Entry): boolean {
  if (objectRef?.resource === 'namespaces') return objectRef.name === OWN_NAMESPACE
  return objectRef?.namespace === OWN_NAMESPACE || objectRef?.resource === 'events' || objectRef?.resource === 'leases'
}

function countBy(entries: readonly Entry[]): Counts {
  const counts: Record<string, number> = {}
  for (const entry of entries) counts[nameOf(entry)] = (counts[nameOf(entry)] ?? 0) + 1
  return counts
}

/** Only applies say whether they force. */
function nameOf({ verb, requestURI }: Entry): string {
  if (requestURI.includes('dryRun=All')) return 'dry run'
  return verb === 'patch' && requestURI.includes('force=') ? 'apply' : verb
}

export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
