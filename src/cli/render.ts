import { printJson } from '../model/json.ts'
import type { Renderer } from '../model/renderer.ts'
import { chooseOverlay } from './choose.ts'
import type { Command } from './command.ts'
import { EXIT } from './exit-codes.ts'
import { CONFIG_OPTION, openRenderer } from './open-renderer.ts'
import { openRepository, REPOSITORY_OPTION } from './open-repository.ts'

/** What kustomize prints, byte for byte, Secrets included: the caller holds the files anyway. */
export const renderCommand: Command = {
  name: 'render',
  summary: 'print the manifests of one overlay',
  usage: 'lockstep render [--repo DIR] --app A --env E [--cluster C] [--ref REF]',
  examples: [
    { command: 'lockstep render --app checkout --env prod', shows: 'its manifests, as the files are now' },
    { command: 'lockstep render --app checkout --env prod --ref main', shows: 'the same at the tip of main' },
  ],
  options: {
    ...REPOSITORY_OPTION,
    ...CONFIG_OPTION,
    app: { type: 'string', value: 'A', description: 'the application', required: true },
    env: { type: 'string', value: 'E', description: 'the environment', required: true },
    cluster: { type: 'string', value: 'C', description: 'needed where each cluster has its overlay' },
    ref: { type: 'string', value: 'REF', description: 'a commit, branch or tag instead of the files as they are' },
  },
  formats: ['text', 'json'],
  async run(invocation) {
    const { options, format, stdout, signal } = invocation
    const { tree, revision, config, overlays } = await openRepository(invocation)
    const overlay = chooseOverlay(config, overlays, {
      application: options.app as string,
      environment: options.env as string,
      ...(typeof options.cluster === 'string' && { cluster: options.cluster }),
    })
    const renderer: Renderer = openRenderer(invocation)
    const render = await renderer.render(tree, overlay.path, { signal })
    if (format === 'text') stdout(render.text)
    else {
      const { digest, inputs, manifests } = render
      stdout(`${printJson({ ...overlay, revision, digest, inputs, manifests: manifests.map(({ body }) => body) })}\n`)
    }
    return EXIT.fine
  },
}
