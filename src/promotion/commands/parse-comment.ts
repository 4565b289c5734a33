import { nearestName } from '../../model/nearest-name.ts'
import { spokenLines } from '../../model/spoken-lines.ts'
import type { ParsedCommand, ParsedComment } from './command.ts'
import { GRAMMAR } from './grammar.ts'

export const MOST_COMMANDS = 5

/**
 * Commands stand at the start of a line, outside fences, quotes and HTML comments. Other tools' slash commands are ignored, except
 * where the name is a likely misspelling of ours.
 */
export function parseComment(body: string): ParsedComment {
  const commands = spokenLines(body).flatMap(parseLine)
  return { commands: commands.slice(0, MOST_COMMANDS), tooMany: commands.length > MOST_COMMANDS }
}

function parseLine(line: string): ParsedCommand[] {
  const match = /^\/([A-Za-z][A-Za-z-]*)(?:[ \t]+(.*))?$/.exec(line.trimEnd())
  if (!match) return []
  const name = (match[1] ?? '').toLowerCase()
  const grammar = Object.hasOwn(GRAMMAR, name) ? GRAMMAR[name] : undefined
  if (!grammar) return misspelt(name)
  if (!grammar.parse) return [{ kind: 'unavailable', name }]
  const command = grammar.parse((match[2] ?? '').split(/\s+/).filter((word) => word !== ''))
  return [command ? { kind: 'command', command } : { kind: 'usage', name, usage: grammar.usage }]
}

function misspelt(name: string): ParsedCommand[] {
  const nearest = nearestName(name, Object.keys(GRAMMAR))
  return nearest ? [{ kind: 'unknown', name, nearest }] : []
}
