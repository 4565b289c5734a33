import { diffFields, type Verb } from './field-diff.ts'
import { printPath } from './field-path.ts'
import { isJsonObject, type Json, parseJson } from './json.ts'
import { gapsBetween } from './list-gaps.ts'
import { parseLocatedYaml, toJson } from './located-yaml.ts'

/** What differs inside of a text that is a document by itself, or has several lines. */
export interface TextChange {
  /** Lines that came and went; a changed line is both. */
  readonly added: number
  readonly removed: number
  /** Settings that differ, where both texts are JSON, YAML or properties; empty where they are not. */
  readonly fields: readonly TextField[]
  /** How many more there are. */
  readonly more: number
}

export interface TextField {
  /** `.server.port`. */
  readonly path: string
  readonly verb: Verb
  readonly before?: Json
  readonly after?: Json
}

const MOST_FIELDS = 10
/** Longer texts are only counted. */
const LONGEST_READ = 100_000

/** Undefined where a single line says all there is. */
export function textChange(before: Json | undefined, after: Json | undefined): TextChange | undefined {
  if (typeof before !== 'string' || typeof after !== 'string') return undefined
  if (!before.trim().includes('\n') && !after.trim().includes('\n') && !(isJsonText(before) && isJsonText(after)))
    return undefined
  const changes = readBoth(before, after)
  const fields = changes.map(({ steps, order: _, at: __, ...change }) => ({ path: printPath(steps), ...change }))
  return {
    ...countLines(before, after),
    fields: fields.slice(0, MOST_FIELDS),
    more: Math.max(0, fields.length - MOST_FIELDS),
  }
}

function countLines(before: string, after: string): { added: number; removed: number } {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const gaps = gapsBetween(old, now) ?? [{ added: now.length, removed: old.length }]
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
  return { added: sum(gaps.map(({ added }) => added)), removed: sum(gaps.map(({ removed }) => removed)) }
}

function readBoth(before: string, after: string): ReturnType<typeof diffFields> {
  if (before.length + after.length > LONGEST_READ) return []
  for (const read of [readJson, readProperties, readYaml]) {
    const [old, now] = [read(before), read(after)]
    if (old !== undefined && now !== undefined) return diffFields(old, now)
  }
  return []
}

function isJsonText(text: string): boolean {
  return /^\s*[{[]/.test(text)
}

function readJson(text: string): Json | undefined {
  if (!isJsonText(text)) return undefined
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

/** `key=value` on every line that is neither empty nor a comment; of two the last counts. */
function readProperties(text: string): Json | undefined {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:[#!;].*)?$/.test(line))
  const pairs = lines.map((line) => /^\s*([\w.-]+)\s*=\s*(.*?)\s*$/.exec(line))
  if (pairs.length === 0 || pairs.includes(null)) return undefined
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']))
}

/** One document that is a map or a list; other texts are YAML by accident. */
function readYaml(text: string): Json | undefined {
  try {
    const [document, ...others] = parseLocatedYaml(text).map(toJson)
    return others.length === 0 && (isJsonObject(document) || Array.isArray(document)) ? document : undefined
  } catch {
    return undefined
  }
}
