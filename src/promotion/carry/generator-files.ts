import { posix } from 'node:path'
import { parseYamlFile, type YamlFile } from '../edit/yaml-file.ts'

/** Files named by `generators:`; what is written inside the kustomization file is not one. */
export function generatorFiles(directory: string, value: Readonly<Record<string, unknown>>): string[] {
  const list: readonly unknown[] = Array.isArray(value.generators) ? value.generators : []
  const names = list.filter((item) => typeof item === 'string' && !item.includes('\n') && !item.includes('://'))
  return names.map((name) => posix.join(directory, String(name)))
}

/** The file where it inflates a Helm chart, else nothing: other generators are nobody's to read. */
export function readGenerator(path: string, content: Buffer | undefined): YamlFile[] {
  const text = content?.toString() ?? ''
  return /^kind:[ \t]*["']?HelmChartInflationGenerator\b/m.test(text) ? [parseYamlFile(text, path)] : []
}
