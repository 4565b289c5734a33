import { dirname, resolve } from 'node:path'
import { LockstepError, type Problem } from '../model/errors.ts'
import type { ClusterInput } from './cluster-schema.ts'
import { parseDuration } from './duration.ts'
import { monitoringProblems, toMonitoring } from './monitoring.ts'
import type { ClientFile, ClusterAccess, ClusterConfig, OperatorFile, RenderConfig } from './operator-config.ts'
import { clientSchema, type OperatorInput, operatorSchema } from './operator-schema.ts'
import { remoteSourceProblems, toRemoteSources } from './parse-remote-sources.ts'
import { registryProblems, toRegistries } from './registries.ts'
import { byPlace, schemaProblems } from './schema-problems.ts'
import { parseYamlSource, type YamlSource } from './yaml-source.ts'

const REFERENCE = 'docs/reference/operator-config.md'

/**
 * Reads the operator's file. `file` is its absolute path: directories in it are relative to where it stands.
 * Throws a LockstepError that holds every problem of the file.
 */
export function parseOperatorFile(text: string, file: string): OperatorFile {
  const source = parseYamlSource(text, file)
  const problems = [...schemaProblems(operatorSchema, source, REFERENCE), ...ruleProblems(source)]
  if (problems.length > 0) throw new LockstepError(problems.toSorted(byPlace))
  return toOperatorFile(source.value as OperatorInput, dirname(file))
}

/**
 * Reads from the same file what a command needs that only renders: neither clusters nor a data directory have to be there. Everything
 * that is there has to be right.
 */
export function parseClientFile(text: string, file: string): ClientFile {
  const source = parseYamlSource(text, file)
  const problems = [...schemaProblems(clientSchema, source, REFERENCE), ...ruleProblems(source)]
  if (problems.length > 0) throw new LockstepError(problems.toSorted(byPlace))
  const input = (source.value ?? {}) as Partial<OperatorInput>
  return {
    ...toRemoteSources(input),
    ...(input.data !== undefined && { data: resolve(dirname(file), input.data) }),
    ...(input.render && { render: toRenderConfig(input.render) }),
  }
}

function toOperatorFile(input: OperatorInput, directory: string): OperatorFile {
  return {
    github: toAddresses(input.github),
    server: { host: input.server?.host ?? '127.0.0.1', port: input.server?.port ?? 8080 },
    sweep: { intervalMs: parseDuration(input.sweep?.interval ?? '5m') },
    ownership: { leaseMs: parseDuration(input.ownership?.lease ?? '12s') },
    data: resolve(directory, input.data),
    clusters: input.clusters.map((cluster) => toCluster(cluster, directory)),
    writes: {
      minimalGapMs: input.writes?.minimalGapMs ?? 1000,
      perMinute: input.writes?.perMinute ?? 60,
      creationsPerHour: input.writes?.creationsPerHour ?? 400,
    },
    render: toRenderConfig(input.render),
    inventoryNamespace: input.inventoryNamespace ?? 'lockstep-system',
    events: input.events ?? true,
    metrics: toMonitoring(input.metrics),
    registries: toRegistries(input.registries),
    ...toRemoteSources(input),
  }
}

const MIB = 1024 ** 2

function toRenderConfig({ workers, memory, deadline = '8s', cache = 512 }: OperatorInput['render'] = {}): RenderConfig {
  return {
    ...(workers !== undefined && { workers }),
    ...(memory !== undefined && { memoryBytes: memory * MIB }),
    deadlineMs: parseDuration(deadline),
    cacheBytes: cache * MIB,
  }
}

function toAddresses(input: OperatorInput['github']): OperatorFile['github'] {
  const url = trimmed(input?.url ?? 'https://github.com')
  const apiUrl = url === 'https://github.com' ? 'https://api.github.com' : `${url}/api/v3`
  return { url, apiUrl: trimmed(input?.apiUrl ?? apiUrl) }
}

function trimmed(address: string): string {
  return address.replace(/\/+$/, '')
}

function toCluster(input: ClusterInput, directory: string): ClusterConfig {
  return {
    name: input.name,
    access: toAccess(input, directory),
    repositories: input.repositories.map((repository) => repository.toLowerCase()),
    namespaces: input.namespaces ?? [],
    serviceAccounts: (input.serviceAccounts ?? []).map(({ repository, ...rule }) => ({
      ...rule,
      ...(repository !== undefined && { repository: repository.toLowerCase() }),
    })),
  }
}

function toAccess({ kubeconfig, context, allowCommands }: ClusterInput, directory: string): ClusterAccess {
  if (kubeconfig === undefined) return { kind: 'inCluster' }
  return {
    kind: 'kubeconfig',
    kubeconfig: resolve(directory, kubeconfig),
    ...(context && { context }),
    ...(allowCommands && { allowCommands }),
  }
}

/** What the schema cannot say: values that belong together. Parts of the wrong shape are the schema's to report. */
function ruleProblems(source: YamlSource): Problem[] {
  const { clusters, sweep, ownership, render, github } = (source.value ?? {}) as {
    clusters?: unknown
    sweep?: { interval?: unknown }
    ownership?: { lease?: unknown }
    render?: { deadline?: unknown }
    github?: { url?: unknown }
  }
  const gitHubUrl = typeof github?.url === 'string' ? trimmed(github.url) : 'https://github.com'
  return [
    ...remoteSourceProblems(source, gitHubUrl),
    ...monitoringProblems(source),
    ...registryProblems(source),
    ...durationProblems(source, { path: ['sweep', 'interval'], value: sweep?.interval, longest: '5m', usual: '5m' }),
    ...durationProblems(source, {
      path: ['ownership', 'lease'],
      value: ownership?.lease,
      shortest: '2s',
      longest: '1m',
      usual: '12s',
    }),
    ...durationProblems(source, {
      path: ['render', 'deadline'],
      value: render?.deadline,
      longest: '10m',
      usual: '8s',
    }),
    ...(Array.isArray(clusters) ? clusterProblems(source, clusters as Partial<ClusterInput>[]) : []),
  ]
}

interface DurationRule {
  readonly path: readonly [string, string]
  /** What the file has there. */
  readonly value: unknown
  /** As durations are written. Default `1s`. */
  readonly shortest?: string
  readonly longest: string
  readonly usual: string
}

function durationProblems(source: YamlSource, rule: DurationRule): Problem[] {
  const { path, value, shortest = '1s', longest, usual } = rule
  const milliseconds = typeof value === 'string' ? parseDuration(value) : Number.NaN
  if (Number.isNaN(milliseconds) || (milliseconds >= parseDuration(shortest) && milliseconds <= parseDuration(longest)))
    return []
  const message = `${path.join('.')} must be from ${shortest} to ${longest}, not ${value}.`
  const place = source.placeOfValue(path)
  return [{ code: 'CONFIG_INVALID', message, file: source.file, ...place, remedy: `The default is ${usual}.` }]
}

function clusterProblems(source: YamlSource, clusters: readonly (Partial<ClusterInput> | null)[]): Problem[] {
  return clusters.flatMap((cluster, index) => {
    const problem = (code: string, message: string, remedy: string): Problem => {
      return { code, message, file: source.file, ...source.placeOfValue(['clusters', index]), remedy }
    }
    if (typeof cluster !== 'object' || cluster === null) return []
    const { name } = cluster
    const twice = clusters.findIndex((other) => other?.name === name) < index && name !== undefined
    return [
      ...(twice ? [problem('CONFIG_DUPLICATE', `The cluster "${name}" stands twice.`, 'Give each its own name.')] : []),
      ...accessFaults(cluster).map((fault) =>
        problem('CONFIG_INVALID', `The cluster "${name}" ${fault}.`, 'Give `kubeconfig: FILE` or `inCluster: true`.'),
      ),
    ]
  })
}

function accessFaults({ kubeconfig, context, inCluster, allowCommands }: Partial<ClusterInput>): string[] {
  if (kubeconfig === undefined && inCluster === undefined) return ['has neither `kubeconfig` nor `inCluster`']
  if (kubeconfig !== undefined && inCluster !== undefined) return ['has both `kubeconfig` and `inCluster`']
  if (kubeconfig !== undefined) return []
  return [
    ...(context !== undefined ? ['has a `context` and no `kubeconfig`'] : []),
    ...(allowCommands !== undefined ? ['has `allowCommands` and no `kubeconfig`'] : []),
  ]
}
