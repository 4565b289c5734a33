/** Edits of overlay files as a person would make them in an editor. */

/** search has the other ending that kustomize knows. */
export const overlayFile = (application: string, environment: string) =>
  `apps/${application}/overlays/${environment}/kustomization.${application === 'search' ? 'yml' : 'yaml'}`

/** The tag of the first image in a kustomization. */
export function readTag(text: string): string {
  const tag = /newTag:\s*["']?([^"'\s#]+)/.exec(text)?.[1]
  if (!tag) throw new Error(`no newTag in:\n${text}`)
  return tag
}

export function withTag(tag: string): (before: string) => string {
  return (before) => before.replace(/(newTag:\s*["']?)[^"'\s#]+/, `$1${tag}`)
}

/** `1.14.2` → `1.15.0`. */
export function nextMinor(tag: string): string {
  const [major, minor] = tag.split('.')
  return `${major}.${Number(minor) + 1}.0`
}
