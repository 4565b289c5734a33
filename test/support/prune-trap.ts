import type { Cluster, LiveObject } from '../../src/model/cluster.ts'
import type { JsonObject } from '../../src/model/json.ts'
import { type ResourceKey, resourceLabel } from '../../src/model/resource-key.ts'
import type { Inventory } from '../../src/reconcile/inventory/inventory.ts'
import { readInventory } from '../../src/reconcile/inventory/inventory-store.ts'
import { inventoryName } from '../../src/reconcile/labels.ts'
import { reconcileWithReport } from '../../src/reconcile/pass/reconcile-target.ts'
import { openSession, type Session } from '../../src/reconcile/pass/session.ts'
import type { ReconcilePorts } from '../../src/reconcile/ports.ts'
import type { ReconcileReport } from '../../src/reconcile/report/report.ts'
import { configMapKey, NAMESPACE } from './inventories.ts'
import { REPOSITORY, ReconcileScene, type SceneOptions } from './reconcile-scene.ts'
import { configMapYaml } from './yaml-objects.ts'

/** Awaited before a call of the cluster goes out. */
export interface Hooks {
  delete?: (key: ResourceKey) => Promise<void>
  inventoryWrite?: () => Promise<void>
}

let traps = 0

/** One target in a namespace of its own, whose deletions are written down. */
export class PruneTrap {
  /** Of the application and its namespace. */
  readonly name: string
  readonly hooks: Hooks
  /** What the server was asked to delete and did, besides inventories. */
  readonly deletions: readonly string[]
  readonly scene: ReconcileScene
  readonly cluster: Cluster

  private constructor(name: string, cluster: Cluster, scene: ReconcileScene, calls: Calls) {
    this.name = name
    this.cluster = cluster
    this.scene = scene
    this.hooks = calls.hooks
    this.deletions = calls.deletions
  }

  static async set(cluster: Cluster, options: Partial<SceneOptions> = {}): Promise<PruneTrap> {
    const name = `trap-${++traps}`
    await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, { fieldManager: 'somebody' })
    const calls: Calls = { hooks: {}, deletions: [] }
    const watched = watchedCluster(cluster, calls)
    const scene = await ReconcileScene.open({ environment: 'dev', ...options, cluster: () => watched })
    return new PruneTrap(name, cluster, scene, calls)
  }

  /** ConfigMaps of these names in the namespace, each with its name as value. */
  configMaps(...names: string[]): Record<string, string> {
    return Object.fromEntries(names.map((name) => [`${name}.yaml`, configMapYaml(name, this.name, { key: name })]))
  }

  commit(files: Readonly<Record<string, string>>, application = this.name): string {
    return this.scene.commit(application, files)
  }

  pass(application = this.name, ports: Partial<ReconcilePorts> = {}): Promise<ReconcileReport> {
    return reconcileWithReport({ ...this.scene.ports, ...ports }, this.scene.request(application))
  }

  key(name: string): ResourceKey {
    return configMapKey(name, this.name)
  }

  live(name: string): Promise<LiveObject | undefined> {
    return this.cluster.get(this.key(name))
  }

  /** Names of the ConfigMaps that are there. */
  async left(): Promise<string[]> {
    const { items } = await this.cluster.list({ group: '', version: 'v1', kind: 'ConfigMap' }, { namespace: this.name })
    return items
      .map(({ metadata }) => String((metadata as JsonObject).name))
      .filter((name) => !name.startsWith('kube-root'))
      .sort()
  }

  async patch(name: string, metadata: JsonObject): Promise<void> {
    await this.cluster.patch(this.key(name), { metadata }, { fieldManager: 'somebody' })
  }

  session(application = this.name): Promise<Session> {
    const ports = { ...this.scene.ports, cluster: async () => this.cluster }
    return openSession(ports, { ...this.scene.request(application), repository: REPOSITORY })
  }

  async inventory(application = this.name): Promise<Inventory> {
    return readInventory(await this.session(application))
  }

  /** Names of what the inventory knows. */
  async tracked(application = this.name): Promise<string[]> {
    return [...(await this.inventory(application)).records.values()].map(({ key }) => key.name).sort()
  }

  inventoryKey(application = this.name): ResourceKey {
    return configMapKey(inventoryName('acme/shop', this.scene.target(application)), NAMESPACE)
  }
}

interface Calls {
  readonly hooks: Hooks
  readonly deletions: string[]
}

function watchedCluster(cluster: Cluster, { hooks, deletions }: Calls): Cluster {
  const replaced: Partial<Cluster> = {
    async delete(key, options) {
      if (key.namespace !== NAMESPACE) await hooks.delete?.(key)
      const answer = await cluster.delete(key, options)
      if (key.namespace !== NAMESPACE && answer !== 'gone') deletions.push(resourceLabel(key))
      return answer
    },
    async apply(body, options) {
      if ((body.metadata as JsonObject).namespace === NAMESPACE) await hooks.inventoryWrite?.()
      return cluster.apply(body, options)
    },
  }
  return new Proxy(cluster, {
    get(target, name) {
      const value: unknown = Reflect.get(replaced, name) ?? Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** `CODE object` of everything that a report says of objects and problems; for objects only where there is a reason. */
export function said({ objects, problems }: ReconcileReport): string[] {
  const reasons = objects.flatMap(({ key, reason }) => (reason ? [`${reason} ${resourceLabel(key)}`] : []))
  return [...new Set([...problems.map(({ code, object }) => (object ? `${code} ${object}` : code)), ...reasons])].sort()
}
