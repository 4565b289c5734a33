import { LockstepError } from '../../src/model/errors.ts'
import { overlayInputs } from '../../src/model/kustomization/inputs.ts'
import { parseManifests, renderDigest } from '../../src/model/parse-manifests.ts'
import type { Renderer } from '../../src/model/renderer.ts'

/**
 * A renderer without kustomize: an overlay renders to the files it reads, one after the other. A file with the word BROKEN
 * refuses, one with UNREACHABLE fails like a missing program. `rendered` counts what was asked for.
 */
export function renderFiles(): Renderer & { readonly rendered: string[] } {
  const renderer = {
    rendered: [] as string[],
    version: async () => 'files',
    render: async (tree: Parameters<Renderer['render']>[0], overlay: string) => {
      renderer.rendered.push(overlay)
      const { files, problems } = await overlayInputs(tree, overlay)
      if (problems.length > 0) throw new LockstepError(problems)
      const contents = await tree.read(files.filter((file) => !file.endsWith('kustomization.yaml')))
      const text = [...contents].map(([file, content]) => checked(file, content.toString())).join('\n---\n')
      const manifests = parseManifests(text)
      return { text, manifests, digest: renderDigest(manifests), inputs: files }
    },
  }
  return renderer
}

function checked(file: string, text: string): string {
  const line = text.split('\n').findIndex((candidate) => candidate.includes('BROKEN')) + 1
  if (line > 0)
    throw new LockstepError({
      code: 'KUSTOMIZE_FAILED',
      message: `bad: ${text.trim()}`,
      file,
      line,
      remedy: 'Mend it.',
    })
  if (text.includes('UNREACHABLE'))
    throw new LockstepError(
      { code: 'KUSTOMIZE_MISSING', message: 'gone', remedy: 'Install it.' },
      { kind: 'unreachable' },
    )
  return text
}
