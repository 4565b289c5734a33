import type { Cluster, LiveObject } from '../../model/cluster.ts'
import type { Problem } from '../../model/errors.ts'
import { type RepositoryRef, repositoryName } from '../../model/github.ts'
import type { Target } from '../../model/target.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import { driftConfig, observeDrift } from '../drift/observe-drift.ts'
import { HealQueue } from '../heal/heal-queue.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { listInventories } from '../inventory/inventory-store.ts'
import { INVENTORY_LABEL, TARGET_LABEL, targetLabel } from '../labels.ts'
import { kindsOf } from '../live/kinds-of.ts'
import { labelOf } from '../live/live-object.ts'
import { failureProblems } from '../pass/failure.ts'
import type { ReconcilePorts } from '../ports.ts'
import { knownStatus, publishStatus } from '../report/publish-status.ts'
import { unknownStatus } from '../report/status-after.ts'
import { Debounce } from './debounce.ts'
import { type Watched, WatchSet } from './watch-set.ts'

const PAUSE_MS = 100
const HEARTBEAT_MS = 15_000

export interface Member {
  readonly repository: RepositoryRef
  readonly target: Target
}

export interface WatchRequest {
  /** The operator's name of the cluster. */
  readonly cluster: string
  /** The targets of this cluster in all repositories; asked again at every heartbeat. */
  readonly targets: () => Promise<readonly Member[]>
  readonly signal: AbortSignal
}

/**
 * Until `signal` aborts: keeps the status of a cluster's targets on the board, heals their drift or wakes the gates, and tells
 * promotions of changes of health. Told by watches; the heartbeat (every 15 s) repeats what is known while they stand, and is the
 * poll where they do not. Outages make targets Unknown and are waited out; only defects are thrown.
 */
export async function watchCluster(ports: ReconcilePorts, request: WatchRequest): Promise<void> {
  const cluster = await ports.cluster(request.cluster)
  const stop = new AbortController()
  const signal = AbortSignal.any([request.signal, stop.signal])
  const watcher = new ClusterWatcher(ports, cluster, { ...request, signal })
  try {
    await watcher.run()
  } finally {
    stop.abort()
    await watcher.ended()
  }
}

class ClusterWatcher {
  readonly #ports: ReconcilePorts
  readonly #cluster: Cluster
  readonly #request: WatchRequest
  readonly #watches: WatchSet
  readonly #looks: Debounce
  readonly #heals = new HealQueue()
  /** By `targetLabel`. */
  #members: ReadonlyMap<string, Member> = new Map()
  #membersAskedAt = Number.NEGATIVE_INFINITY
  #wake = new AbortController()

  constructor(ports: ReconcilePorts, cluster: Cluster, request: WatchRequest) {
    this.#ports = ports
    this.#cluster = cluster
    this.#request = request
    this.#watches = new WatchSet(cluster, (object) => this.#onChange(object), request.signal)
    const work = (label: string) => this.#look(label)
    this.#looks = new Debounce({ work, clock: ports.clock, pauseMs: PAUSE_MS, signal: request.signal })
  }

  async run(): Promise<void> {
    const { signal } = this.#request
    const { heartbeatMs = HEARTBEAT_MS } = this.#ports.settings ?? {}
    while (!signal.aborted) {
      this.#wake = new AbortController()
      await this.#beat()
      if (this.#looks.failure) throw this.#looks.failure
      await this.#ports.clock.sleep(heartbeatMs, AbortSignal.any([signal, this.#wake.signal]))
    }
  }

  async ended(): Promise<void> {
    await Promise.all([this.#watches.ended(), this.#looks.idle()])
  }

  async #beat(): Promise<void> {
    try {
      await this.#refresh()
    } catch (error) {
      if (this.#request.signal.aborted) return
      const problems = failureProblems(error)
      for (const member of this.#members.values()) await this.#putUnknown(member, problems)
    }
  }

  async #refresh(): Promise<void> {
    await this.#refreshMembers()
    const { inventoryNamespace = 'lockstep-system' } = this.#ports.settings ?? {}
    const inventories = await listInventories(this.#cluster, inventoryNamespace)
    const stood = this.#watches.current
    this.#watches.keep([inventoryWatch(inventoryNamespace), ...this.#watchedKinds(inventories)])
    for (const [label, member] of this.#members) {
      const known = stood && this.#watches.current && (await this.#repeat(member))
      if (!known) this.#looks.ask(label)
    }
  }

  /** At the heartbeat, not at every wake; while they cannot be read the ones known are kept. */
  async #refreshMembers(): Promise<void> {
    const { clock, settings } = this.#ports
    const now = clock.now().getTime()
    if (now < this.#membersAskedAt + (settings?.heartbeatMs ?? HEARTBEAT_MS)) return
    try {
      const members = await this.#request.targets()
      this.#members = new Map(members.map((member) => [labelOfMember(member), member]))
      this.#membersAskedAt = now
    } catch (error) {
      if (this.#members.size === 0) throw error
    }
  }

  #watchedKinds(inventories: readonly Inventory[]): Watched[] {
    const ours = inventories.filter(({ repository, target }) => this.#members.has(targetLabel(repository, target)))
    const keys = ours.flatMap(({ records }) => [...records.values()].map(({ key }) => key))
    return kindsOf(keys).map((kind) => ({ kind, selection: { labelSelector: TARGET_LABEL } }))
  }

  /** Says again what the board holds: the watches stand, so it is still true. */
  async #repeat({ repository, target }: Member): Promise<boolean> {
    const status = await knownStatus(this.#ports, repository, target)
    if (!status || status.sync === 'Unknown') return false
    const observedAt = this.#ports.clock.now().toISOString()
    await this.#ports.board.put(repositoryName(repository), { ...status, observedAt })
    return true
  }

  #onChange(object: LiveObject): void {
    const inventory = labelOf(object, INVENTORY_LABEL)
    const label = inventory ?? labelOf(object, TARGET_LABEL)
    if (inventory !== undefined) this.#wake.abort()
    // Without its label it was taken from one of our targets, and nothing says from which.
    for (const key of label === undefined ? this.#members.keys() : [label]) this.#looks.ask(key)
  }

  async #look(label: string): Promise<void> {
    const member = this.#members.get(label)
    if (!member) return
    const { clock } = this.#ports
    const before = await knownStatus(this.#ports, member.repository, member.target)
    const contended = this.#heals.isContended(label, clock.now().getTime())
    const status = await observeDrift(this.#ports, { ...member, contended, signal: this.#request.signal })
    await this.#heal(label, member, status)
    if (hasRecovered(before, status)) await this.#ports.queue.add({ kind: 'reconcile', ...member })
  }

  async #heal(label: string, member: Member, status: TargetStatus): Promise<void> {
    const delayMs = this.#heals.delayFor(label, status, this.#ports.clock.now().getTime())
    if (delayMs === undefined) return
    const drift = await driftConfig(this.#ports, { ...member, signal: this.#request.signal })
    if (drift?.policy === 'heal') await this.#ports.queue.add({ kind: 'reconcile', ...member, heal: true }, { delayMs })
  }

  async #putUnknown({ repository, target }: Member, problems: readonly Problem[]): Promise<void> {
    const previous = await knownStatus(this.#ports, repository, target)
    const status = unknownStatus(target, previous, problems, this.#ports.clock.now())
    await publishStatus(this.#ports, repository, status, previous)
  }
}

function labelOfMember({ repository, target }: Member): string {
  return targetLabel(repositoryName(repository), target)
}

function inventoryWatch(namespace: string): Watched {
  return {
    kind: { group: '', version: 'v1', kind: 'ConfigMap' },
    selection: { namespace, labelSelector: INVENTORY_LABEL },
  }
}

/** A pass may have ended before everything was healthy: what left Git can be pruned now, and history be told of success. */
function hasRecovered(before: TargetStatus | undefined, { health, drift }: TargetStatus): boolean {
  return before !== undefined && before.health !== 'Healthy' && health === 'Healthy' && drift.length === 0
}
