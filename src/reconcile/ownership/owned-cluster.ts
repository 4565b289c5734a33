import type { Cluster, WriteLimit } from '../../model/cluster.ts'
import type { HeldLease } from './held-lease.ts'

/**
 * A cluster that is written to only while it is held: before each attempt of a write the lease is asked, and the attempt is given no more time
 * than is left of it. Reads, watches and dry runs go on. One late write stays possible, of a process that is stopped between
 * the question and the sending; its successor puts that right.
 */
export function ownedCluster(cluster: Cluster, lease: HeldLease): Cluster {
  const timeLeftMs = () => lease.timeForWrite()
  const bounded = <T extends WriteLimit & { readonly dryRun?: boolean }>(options: T): T =>
    options.dryRun ? options : { ...options, timeLeftMs }
  return {
    name: cluster.name,
    namespace: cluster.namespace,
    get requests() {
      return cluster.requests
    },
    serverVersion: () => cluster.serverVersion(),
    scope: (kind) => cluster.scope(kind),
    get: (key) => cluster.get(key),
    list: (kind, selection) => cluster.list(kind, selection),
    watch: (kind, options, onEvent, signal) => cluster.watch(kind, options, onEvent, signal),
    apply: (body, options) => cluster.apply(body, bounded(options)),
    patch: (key, body, options) => cluster.patch(key, body, bounded(options)),
    create: (body, options) => cluster.create(body, bounded(options)),
    delete: (key, options = {}) => cluster.delete(key, bounded(options)),
    close: () => cluster.close(),
  }
}
