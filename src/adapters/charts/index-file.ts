import { isJsonObject, type Json } from '../../model/json.ts'
import { parseLocatedYaml, toJson, YamlFault } from '../../model/located-yaml.ts'
import { ChartFault } from './chart-failure.ts'

/** One version of a chart in a repository's index. */
export interface IndexEntry {
  readonly version: string
  readonly urls: readonly string[]
  /** SHA-256 in hex, where the index has it. */
  readonly digest?: string
}

/**
 * The versions of one chart in the text of an index.yaml, undefined where there is no such chart. Indexes can be 20 MB: only the part about
 * the chart is read as YAML.
 */
export function readIndex(text: string, name: string): IndexEntry[] | undefined {
  const versions = text.trimStart().startsWith('{') ? fromJson(text, name) : fromYaml(text, name)
  if (versions === undefined) return undefined
  if (!Array.isArray(versions)) throw unreadable(`its entry of ${name} is no list`)
  return (versions as readonly Json[]).flatMap(toEntry)
}

function fromJson(text: string, name: string): Json | undefined {
  try {
    return entryOf(JSON.parse(text), name)
  } catch {
    throw unreadable('it is neither YAML nor JSON')
  }
}

function fromYaml(text: string, name: string): Json | undefined {
  const lines = text.split(/\r?\n/)
  const entries = lines.findIndex((line) => /^entries:\s*(?:#.*)?$/.test(line))
  if (entries === -1) {
    if (/^entries:\s*\{\s*\}/m.test(text)) return undefined
    throw unreadable('it has no `entries`')
  }
  const part = partAbout(lines, entries, name)
  if (part === undefined) return undefined
  try {
    return entryOf({ entries: parseLocatedYaml(part).map(toJson)[0] ?? null }, name)
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error
    throw unreadable(`${error.message} (in its entry of ${name})`)
  }
}

/** From the chart's name to the next line that is indented no deeper; a list may stand at the name's own column. */
function partAbout(lines: readonly string[], entries: number, name: string): string | undefined {
  const names = [name, `"${name}"`, `'${name}'`].map((key) => `${key}:`)
  const isKey = (line: string) => /^ +\S/.test(line) && names.some((key) => line.trimStart().startsWith(key))
  const first = lines[lines.findIndex((line, index) => index > entries && /^ +[^\s#]/.test(line))] ?? ''
  const column = indentOf(first)
  const start = lines.findIndex((line, index) => index > entries && indentOf(line) === column && isKey(line))
  if (start === -1) return undefined
  const length = lines.slice(start + 1).findIndex((line) => !belongs(line, column))
  return lines.slice(start, length === -1 ? undefined : start + 1 + length).join('\n')
}

function belongs(line: string, column: number): boolean {
  const indent = indentOf(line)
  return line.trim() === '' || indent > column || (indent === column && /^- |^-$/.test(line.slice(column)))
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}

function entryOf(index: Json, name: string): Json | undefined {
  const entries = isJsonObject(index) ? index.entries : undefined
  return isJsonObject(entries) && Object.hasOwn(entries, name) ? entries[name] : undefined
}

/** helm passes over entries that make no sense, too. */
function toEntry(value: Json): IndexEntry[] {
  if (!isJsonObject(value) || typeof value.version !== 'string' || !Array.isArray(value.urls)) return []
  const urls = (value.urls as readonly Json[]).filter((url) => typeof url === 'string')
  const digest = typeof value.digest === 'string' && value.digest !== '' ? value.digest : undefined
  return [{ version: value.version, urls, ...(digest && { digest }) }]
}

function unreadable(what: string): ChartFault {
  return new ChartFault('CHART_INDEX', `of the index of its repository, ${what}`, 'Tell the owner of the repository.')
}
