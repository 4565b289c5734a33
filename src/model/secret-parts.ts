import { isJsonObject, type Json, parseJson } from './json.ts'

const SHORTEST_LINE = 6
/** Shorter parts that nothing marks as secret are words that stand everywhere. */
const SHORTEST_RANDOM = 12
const SECRET_NAME = /pass|pwd|secret|token|key|auth|cred|private|salt|signature|pin\b/i
const MOST_PARTS = 5_000

/**
 * Parts of a value that are secret by themselves: the lines of a key file, the password in an address, what a configuration file in
 * the Secret calls a password, and whatever looks like chance between two separators. A replacement may carry any of them elsewhere.
 */
export function partsOf(value: string): string[] {
  const parts = [...linesOf(value), ...passwordsOf(value), ...namedOf(value), ...leavesOf(value), ...randomOf(value)]
  return parts.slice(0, MOST_PARTS)
}

function linesOf(value: string): string[] {
  if (!value.trim().includes('\n')) return []
  return value
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST_LINE)
}

/** `scheme://user:password@host`, as it stands and decoded. */
function passwordsOf(value: string): string[] {
  const found = [...value.matchAll(/:\/\/[^\s:@/]*:([^\s@/]{4,})@/g)].map(([, password = '']) => password)
  return [...found, ...found.map(decoded)]
}

function decoded(password: string): string {
  try {
    return decodeURIComponent(password)
  } catch {
    return password
  }
}

/** `PASSWORD=…` and `password: …` of files with a setting a line. */
function namedOf(value: string): string[] {
  return [...value.matchAll(/^\s*(?:export\s+)?["']?([\w.-]+)["']?\s*[=:]\s*(\S.*?)\s*$/gm)]
    .filter(([, name = '']) => SECRET_NAME.test(name))
    .map(([, , text = '']) => text.replace(/^(["'])(.*)\1,?$/, '$2'))
    .filter((text) => text.length >= SHORTEST_LINE)
}

/** The same of JSON, where a registry's login holds a password in base64, too. */
function leavesOf(value: string): string[] {
  if (!/^\s*[{[]/.test(value)) return []
  try {
    return secretLeaves(parseJson(value), '')
  } catch {
    return []
  }
}

function secretLeaves(value: Json, name: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => secretLeaves(item, name))
  if (isJsonObject(value)) return Object.entries(value).flatMap(([key, item]) => secretLeaves(item ?? null, key))
  if (typeof value !== 'string' || value.length < 4 || !SECRET_NAME.test(name)) return []
  const login = /^auth$/i.test(name) ? Buffer.from(value, 'base64').toString('utf8') : ''
  return [value, ...(login.includes(':') ? [login, login.slice(login.indexOf(':') + 1)] : [])]
}

function randomOf(value: string): string[] {
  const pieces = value.split(/[\s:/@,;|=&?"'{}[\]()<>]+/)
  return pieces.filter(
    (piece) =>
      piece.length >= SHORTEST_RANDOM &&
      piece !== value &&
      /\d/.test(piece) &&
      /[A-Za-z]/.test(piece) &&
      !/[.]/.test(piece),
  )
}
