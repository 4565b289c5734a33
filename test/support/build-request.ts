import { buildFiles } from '../../src/adapters/kustomize/build-files.ts'
import type { Builder, BuildFile, BuildRequest } from '../../src/adapters/kustomize/builder.ts'
import { LockstepError, type Problem } from '../../src/model/errors.ts'
import { overlayInputs } from '../../src/model/kustomization/inputs.ts'
import type { Tree } from '../../src/model/tree.ts'

/** What a builder is asked for an overlay of a tree, once it was scanned. Throws what the scan refuses. */
export async function scannedRequest(tree: Tree, overlay: string): Promise<BuildRequest> {
  const { files, problems } = await overlayInputs(tree, overlay)
  if (problems.length > 0) throw new LockstepError(problems)
  return { overlay, charts: false, signal: new AbortController().signal, ...(await buildFiles(tree, files)) }
}

/** A request as no scan would let it through. */
export function rawRequest(
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
): BuildRequest {
  const of = (mode: BuildFile['mode'], contents: Readonly<Record<string, string>>) =>
    Object.entries(contents).map(([path, content]) => ({ path, mode, content: Buffer.from(content) }))
  return {
    overlay: 'prod',
    files: [...of('100644', files), ...of('120000', links)],
    charts: false,
    ownProcess: false,
    signal: new AbortController().signal,
  }
}

export type Answer = { readonly text: string } | { readonly problems: readonly Problem[] }

/** The render, or the problems; anything else that is thrown is a defect. */
export async function answerOf(builder: Builder, request: BuildRequest): Promise<Answer> {
  try {
    return { text: (await builder.build(request)).toString('utf8') }
  } catch (error) {
    if (error instanceof LockstepError) return { problems: error.problems }
    throw error
  }
}
