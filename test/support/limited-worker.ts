import { parse } from 'yaml'
import type { Cluster, WatchEvent } from '../../src/model/cluster.ts'
import type { JsonObject } from '../../src/model/json.ts'
import type { ResourceKey } from '../../src/model/resource-key.ts'
import { deleteInventory, readInventory } from '../../src/reconcile/inventory/inventory-store.ts'
import { TARGET_LABEL } from '../../src/reconcile/labels.ts'
import { LeaseStore } from '../../src/reconcile/ownership/lease-store.ts'
import { reconcileWithReport } from '../../src/reconcile/pass/reconcile-target.ts'
import { openSession } from '../../src/reconcile/pass/session.ts'
import { EventRecorder } from '../../src/reconcile/report/events/event-recorder.ts'
import type { Resource } from '../../src/reconcile/rights/resources.ts'
import { at } from './kubernetes-objects.ts'
import { ReconcileScene } from './reconcile-scene.ts'
import { sampleOf } from './sample-objects.ts'
import { configMapYaml } from './yaml-objects.ts'

const INVENTORIES = 'lockstep-system'

/** A worker whose rights may not be enough, at everything that a worker does. Each answers at which step something failed, or `fine`. */
export class LimitedWorker {
  readonly #admin: Cluster
  readonly #cluster: Cluster
  readonly #scene: ReconcileScene
  readonly #name: string

  private constructor(admin: Cluster, cluster: Cluster, scene: ReconcileScene, name: string) {
    this.#admin = admin
    this.#cluster = cluster
    this.#scene = scene
    this.#name = name
  }

  /** `name` becomes the application's and tells its objects from those of other workers in namespace `shop`. */
  static async open(admin: Cluster, cluster: Cluster, name: string): Promise<LimitedWorker> {
    const scene = await ReconcileScene.open({ cluster: () => cluster, environment: 'dev' })
    return new LimitedWorker(admin, cluster, scene, name)
  }

  /** Follows, creates, takes over, changes, heals and prunes objects of a kind. */
  async workWith(resource: Resource): Promise<string> {
    const sample = sampleOf(resource)
    const [made, found] = [`made-${this.#name}`, `found-${this.#name}`]
    const key = { ...sample.kind, name: made, ...(resource.namespaced && { namespace: 'shop' }) }
    const files = (round: string) => ({
      'made.yaml': sample.yaml(made, 'shop', round),
      'found.yaml': sample.yaml(found, 'shop', round),
    })
    const round = async () => at(await this.#admin.get(key), 'metadata', 'annotations', 'round')
    await this.#admin.create(parse(sample.yaml(found, 'shop', '1')), { fieldManager: 'somebody' })
    return firstFailure({
      create: async () => (await this.#pass(files('1'))) && (await round()) === '1',
      change: async () => (await this.#pass(files('2'))) && (await round()) === '2',
      follow: () => this.#follow(key),
      heal: async () => {
        await this.#edit(key)
        return (await this.#pass(files('2'))) && (await round()) === '2'
      },
      prune: async () => {
        // A Namespace waits for its controller, and so does the pass.
        await this.#pass({})
        return isGone(await this.#admin.get(key))
      },
    })
  }

  /** What a worker keeps in its own namespace, and the Events it tells. */
  async remember(): Promise<string> {
    return firstFailure({
      inventory: () => this.#pass({}),
      'inventory again': () => this.#pass({ 'more.yaml': configMapYaml(`more-${this.#name}`, 'shop', { a: '1' }) }),
      'inventory removed': () => this.#removeInventory(),
      lease: () => this.#lease(),
      events: () => this.#events(),
    })
  }

  async #pass(files: Readonly<Record<string, string>>): Promise<boolean> {
    const stays = configMapYaml(`stays-${this.#name}`, 'shop', { a: '1' })
    this.#scene.commit(this.#name, { 'stays.yaml': stays, ...files })
    const { outcome, objects } = await reconcileWithReport(this.#scene.ports, this.#scene.request(this.#name))
    if (!['done', 'nothing', 'waiting'].includes(outcome.decision)) return false
    return objects.every(({ verb }) => verb !== 'failed')
  }

  /** Whether a watch of our objects tells of an edit. */
  #follow(key: ResourceKey): Promise<boolean> {
    const stop = new AbortController()
    const told = new Promise<boolean>((resolve) => {
      const onEvent = async (event: WatchEvent) => {
        if (event.type === 'LOST') resolve(false)
        if (event.type === 'SYNCED') await this.#edit(key)
        if (event.type === 'MODIFIED' && at(event.object, 'metadata', 'name') === key.name) resolve(true)
      }
      this.#cluster.watch(key, { labelSelector: TARGET_LABEL }, onEvent, stop.signal).catch(() => resolve(false))
    })
    return told.finally(() => stop.abort())
  }

  #edit(key: ResourceKey): Promise<JsonObject> {
    this.#edits++
    const metadata = { annotations: { round: `edit ${this.#edits}` } }
    return this.#admin.patch(key, { metadata }, { fieldManager: 'kubectl-edit' })
  }
  #edits = 0

  async #removeInventory(): Promise<boolean> {
    const session = await openSession(this.#scene.ports, this.#scene.request(this.#name))
    await deleteInventory(session, await readInventory(session))
    return true
  }

  async #lease(): Promise<boolean> {
    const store = new LeaseStore(this.#cluster, INVENTORIES, this.#name)
    const spec = { holderIdentity: this.#name, leaseDurationSeconds: 1 }
    const first = await store.write(undefined, spec)
    return (await store.read())?.holder === this.#name && (await store.write(first, spec)) !== undefined
  }

  /** One that starts anew meets the Event that the one before wrote. */
  async #events(): Promise<boolean> {
    const key = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: `stays-${this.#name}` }
    const note = { reason: 'Applied', regarding: { key }, message: 'told' } as const
    for (let time = 0; time < 2; time++) {
      await new EventRecorder({ now: () => new Date() }).record(this.#cluster, [note])
    }
    const { items } = await this.#admin.list({ group: '', version: 'v1', kind: 'Event' }, { namespace: 'shop' })
    return items.some((item) => at(item, 'involvedObject', 'name') === key.name && at(item, 'count') === 2)
  }
}

/** Some wait for a controller to let them go. */
function isGone(object: JsonObject | undefined): boolean {
  return object === undefined || at(object, 'metadata', 'deletionTimestamp') !== undefined
}

async function firstFailure(steps: Readonly<Record<string, () => Promise<boolean>>>): Promise<string> {
  for (const [name, step] of Object.entries(steps)) {
    if (!(await step().catch(() => false))) return name
  }
  return 'fine'
}
