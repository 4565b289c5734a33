import { createHash } from 'node:crypto'
import type { Layout } from './inventory.ts'

const KIB = 1024
/** As many records as this (some 2,000) stay in one ConfigMap; its limit is 1 MiB. */
const GROW_OVER = 384 * KIB
/** Only well below that they come back into one. */
const SHRINK_UNDER = 128 * KIB
/** What a new shard holds on average: an object that changes rewrites so much. */
const SHARD = 64 * KIB
/** Averages for which the number of shards is left as it is. */
const SMALLEST = 16 * KIB
const LARGEST = 256 * KIB

/** The shard of an object; the same in every process and for all time. */
export function shardOf(id: string, shards: number): number {
  return createHash('sha256').update(id).digest().readUInt32BE() % shards
}

/**
 * How to store records of `bytes` in all that now stand as `current`. Another layout is another generation, numbered above `newest`,
 * so that one is complete before the other goes.
 */
export function nextLayout(bytes: number, current: Layout, newest: number): Layout {
  if (fits(bytes, current.shards)) return current
  const shards = bytes <= GROW_OVER ? 0 : Math.ceil(bytes / SHARD)
  return { generation: newest + 1, shards }
}

function fits(bytes: number, shards: number): boolean {
  if (shards === 0) return bytes <= GROW_OVER
  const average = bytes / shards
  return bytes >= SHRINK_UNDER && average >= SMALLEST && average <= LARGEST
}
