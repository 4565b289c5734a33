import type { Problem } from '../../model/errors.ts'
import { repositoryName } from '../../model/github.ts'
import { targetId } from '../../model/target.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import { driftConfig, observeDrift } from '../drift/observe-drift.ts'
import type { Observation } from '../drift/observe-target.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { kindsOf } from '../live/kinds-of.ts'
import type { ClusterView, Inventories } from '../live/live-view.ts'
import type { LiveChange } from '../live/record-store.ts'
import { WatchedView } from '../live/watched-view.ts'
import { failureProblems } from '../pass/failure.ts'
import type { ReconcilePorts } from '../ports.ts'
import { knownStatus, publishStatus } from '../report/publish-status.ts'
import { unknownStatus } from '../report/status-after.ts'
import { EndedEarly } from './ended-early.ts'
import { Incidents } from './incidents.ts'
import { isNews } from './is-news.ts'
import { LateSecrets } from './late-secrets.ts'
import { Looks } from './looks.ts'
import type { Member } from './member.ts'
import { Members } from './members.ts'
import { missEnded } from './miss-ended.ts'
import { useRules } from './use-rules.ts'

export type { Member } from './member.ts'

const HEARTBEAT_MS = 15_000
const LOOKS_AT_ONCE = 16

export interface WatchRequest {
  /** The operator's name of the cluster. */
  readonly cluster: string
  /** The targets of this cluster in all repositories; asked again at every heartbeat. */
  readonly targets: () => Promise<readonly Member[]>
  readonly signal: AbortSignal
}

/**
 * Until `signal` aborts: keeps the status of a cluster's targets on the board, heals their drift or wakes the gates, and tells
 * promotions of changes of health. Told by watches; the heartbeat (every 15 s) repeats what is known while they stand, and looks
 * where they do not. Outages make targets Unknown and are waited out; only defects are thrown.
 */
export async function watchCluster(ports: ReconcilePorts, request: WatchRequest): Promise<void> {
  const cluster = await ports.cluster(request.cluster)
  const { inventoryNamespace = 'lockstep-system' } = ports.settings ?? {}
  const shared = await ports.view?.(cluster)
  const view = shared ?? new WatchedView(cluster, { inventoryNamespace })
  const watcher = new ClusterWatcher({ ...ports, view: async () => view }, view, request)
  try {
    await watcher.run()
  } finally {
    await watcher.ended()
    if (!shared) await view.close()
  }
}

class ClusterWatcher {
  readonly #ports: ReconcilePorts
  readonly #view: ClusterView
  readonly #request: WatchRequest
  readonly #looks: Looks
  readonly #incidents = new Incidents()
  readonly #ended = new EndedEarly()
  readonly #lateSecrets = new LateSecrets()
  readonly #stop = new AbortController()
  readonly #unsubscribe: readonly (() => void)[]
  readonly #members = new Members()
  #inventories: Inventories | undefined

  constructor(ports: ReconcilePorts, view: ClusterView, request: WatchRequest) {
    this.#ports = ports
    this.#view = view
    this.#request = request
    const signal = AbortSignal.any([request.signal, this.#stop.signal])
    const work = (label: string) => this.#look(label)
    const isBusy = (label: string) => view.isBusy(label)
    this.#looks = new Looks({ work, isBusy, atOnce: LOOKS_AT_ONCE, signal })
    this.#unsubscribe = [
      view.onChange((change) => this.#onChange(change)),
      view.onInventory((label) => this.#ask(label)),
      view.onIdle((label) => this.#looks.resume(label)),
    ]
  }

  async run(): Promise<void> {
    const { signal } = this.#request
    const { heartbeatMs = HEARTBEAT_MS } = this.#ports.settings ?? {}
    while (!signal.aborted) {
      await this.#beat()
      if (this.#looks.failure) throw this.#looks.failure
      await this.#ports.clock.sleep(heartbeatMs, signal)
    }
  }

  async ended(): Promise<void> {
    this.#stop.abort()
    for (const end of this.#unsubscribe) end()
    await this.#looks.ended()
  }

  async #beat(): Promise<void> {
    const { signal } = this.#request
    try {
      await this.#members.refresh(this.#request.targets)
      for (const [ref, members] of this.#members.byRepository()) await useRules(this.#ports, this.#view, ref, members)
      this.#inventories = await this.#view.inventories(signal)
      await this.#repeatOrLook()
    } catch (error) {
      if (signal.aborted) return
      const problems = failureProblems(error)
      for (const member of this.#members.all()) await this.#putUnknown(member, problems)
    }
  }

  /** Says again what the board holds where watches stand: it is still true. Looks at the others. */
  async #repeatOrLook(): Promise<void> {
    const observedAt = this.#ports.clock.now().toISOString()
    for (const [ref, members] of this.#members.byRepository()) {
      const repository = repositoryName(ref)
      const known = await this.#knownOf(repository)
      const standing = members.filter(([label, { target }]) => known.has(targetId(target)) && this.#stands(label))
      const targets = standing.map(([, { target }]) => target)
      await this.#ports.board.touch(repository, targets, observedAt)
      const labels = new Set(standing.map(([label]) => label))
      for (const [label] of members) if (!labels.has(label)) this.#looks.ask(label)
    }
  }

  async #knownOf(repository: string): Promise<ReadonlySet<string>> {
    const statuses = await this.#ports.board.list(repository)
    return new Set(statuses.filter(({ sync }) => sync !== 'Unknown').map(({ target }) => targetId(target)))
  }

  /** Everything that happened to the target was told, and looked at. */
  #stands(label: string): boolean {
    return (
      !this.#members.isNew(label) &&
      this.#looks.isQuiet(label) &&
      this.#view.isCurrent(kindsIn(this.#inventories?.of(label)))
    )
  }

  #onChange(change: LiveChange): void {
    this.#ended.note(change, (kind) => this.#view.isCurrent([kind]))
    const { label } = change
    const late = this.#members.has(label) && !this.#view.isBusy(label) && this.#lateSecrets.note(change)
    if (late || isNews(change, this.#inventories?.of(label))) this.#ask(label)
  }

  #ask(label: string): void {
    if (this.#members.has(label)) this.#looks.ask(label)
  }

  async #look(label: string): Promise<void> {
    const member = this.#members.get(label)
    if (!member) return
    this.#members.welcome(label)
    const before = await knownStatus(this.#ports, member.repository, member.target)
    await this.#missEnded(label, member)
    const { status, lateWrites } = await observeDrift(this.#ports, { ...member, signal: this.#request.signal })
    // A pass that began meanwhile writes in time: what it leaves is looked at when it has ended.
    if (lateWrites.length > 0 && !this.#looks.isUndisturbed(label)) return this.#ask(label)
    const seen = { status, lateWrites: [...lateWrites, ...this.#lateSecrets.take(label)] }
    const drifted = this.#incidents.hasNew(label, seen) && (await this.#heals(member, seen))
    if (drifted || hasRecovered(before, status, this.#inventories?.of(label)))
      await this.#ports.queue.add({ kind: 'reconcile', ...member, ...(drifted && { drifted }) })
  }

  async #missEnded(label: string, member: Member): Promise<void> {
    const ended = this.#ended.of(label)
    if (ended.size === 0) return
    const done = await missEnded(this.#ports, { ...member, signal: this.#request.signal }, ended)
    this.#ended.forget(label, done)
  }

  /** How often an object may be put back is decided by the pass. No policy speaks of what we wrote ourselves. */
  async #heals(member: Member, { lateWrites }: Observation): Promise<boolean> {
    const drift = await driftConfig(this.#ports, { ...member, signal: this.#request.signal })
    return drift?.policy === 'heal' || (drift !== undefined && lateWrites.length > 0)
  }

  async #putUnknown({ repository, target }: Member, problems: readonly Problem[]): Promise<void> {
    const previous = await knownStatus(this.#ports, repository, target)
    const status = unknownStatus(target, previous, problems, this.#ports.clock.now())
    await publishStatus(this.#ports, repository, status, previous)
  }
}

function kindsIn(inventory: Inventory | undefined) {
  return kindsOf([...(inventory?.records.values() ?? [])].map(({ key }) => key))
}

/** A pass may have ended before everything was healthy: what left Git can be pruned now, and history be told of success. */
function hasRecovered(
  before: TargetStatus | undefined,
  { health, drift }: TargetStatus,
  inventory: Inventory | undefined,
): boolean {
  if (health !== 'Healthy' || drift.length > 0) return false
  return before ? before.health !== 'Healthy' : inventory !== undefined && inventory.attempted !== inventory.revision
}
