import { readFile } from 'node:fs/promises'

const WARNING = 40
const MOST_LINES = 15
const MOST_CHARACTERS = 200

/** The last warnings and errors of Lockstep's log, one short line each: what a reader needs once the log itself is gone. */
export async function readTrouble(logFile: string): Promise<string[]> {
  const text = await readFile(logFile, 'utf8').catch(() => '')
  return text.split('\n').flatMap(troubleOf).slice(-MOST_LINES)
}

interface LogEntry {
  readonly level: number
  readonly time?: string
  readonly msg?: string
  readonly err?: { readonly message?: string }
}

/** Lines that are no JSON are what a process says on standard error when it cannot start. */
function troubleOf(line: string): string[] {
  if (line.trim() === '') return []
  const entry = parseEntry(line)
  if (!entry) return [shorten(line)]
  if (!(entry.level >= WARNING)) return []
  const time = entry.time?.slice(11, 19) ?? ''
  return [shorten([time, entry.msg, entry.err?.message].filter(Boolean).join(' '))]
}

function parseEntry(line: string): LogEntry | undefined {
  try {
    return JSON.parse(line) as LogEntry
  } catch {
    return undefined
  }
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line
}
