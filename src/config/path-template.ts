const PLACEHOLDERS = ['app', 'environment', 'cluster'] as const
export type Placeholder = (typeof PLACEHOLDERS)[number]

/** What is wrong with a path template, as the rest of a sentence that begins with its name; undefined when it is sound. */
export function templateFault(template: string): string | undefined {
  if (template === '' || template.split('/').some((part) => ['', '.', '..'].includes(part))) {
    return 'must be a path below the root of the repository, without "/" at either end, "." or ".."'
  }
  if (template.includes('\\')) return 'must use "/" between directories'
  const unknown = [...template.matchAll(/\{([^}]*)\}?/g)].find(([text, name]) => text !== `{${name}}` || !isKnown(name))
  if (unknown) return `has the unknown placeholder ${unknown[0]}; those known are {app}, {environment} and {cluster}`
  if (!hasPlaceholder(template, 'environment')) return 'must contain {environment}'
  return undefined
}

export function hasPlaceholder(template: string, name: Placeholder): boolean {
  return template.includes(`{${name}}`)
}

/**
 * Matches directories of one environment; group `app` and group `cluster` hold what stood there. A placeholder that
 * stands twice must stand for the same text both times.
 */
export function templatePattern(template: string, environment: string, clusters: readonly string[]): RegExp {
  const groups: Record<Placeholder, string> = {
    app: '(?<app>[^/]+?)',
    environment: escaped(environment),
    cluster: `(?<cluster>${clusters.map(escaped).join('|')})`,
  }
  const seen = new Set<Placeholder>(['environment'])
  const source = template.split(/\{([a-z]+)\}/).map((part, index) => {
    if (index % 2 === 0) return escaped(part)
    const name = part as Placeholder
    const again = seen.has(name) && name !== 'environment'
    seen.add(name)
    return again ? `\\k<${name}>` : groups[name]
  })
  return new RegExp(`^${source.join('')}$`)
}

/** `RegExp.escape` is not in every Node this runs on. */
function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function isKnown(name: string | undefined): boolean {
  return PLACEHOLDERS.some((placeholder) => placeholder === name)
}
