import type { Problem } from '../model/errors.ts'
import type { Path, YamlSource } from './yaml-source.ts'

/** A fault of the value at a path, with its place. */
export type Problems = (code: string, path: Path, message: string, remedy: string) => Problem

export function problemsOf(source: YamlSource): Problems {
  return (code, path, message, remedy) => {
    return { code, message, file: source.file, ...source.placeOfValue(path), remedy }
  }
}

/** Indexes of the members that stand earlier in the list too. */
export function repeats(names: readonly string[]): number[] {
  return names.flatMap((name, index) => (names.indexOf(name) < index ? [index] : []))
}
