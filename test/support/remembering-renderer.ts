import type { Render, Renderer } from '../../src/model/renderer.ts'

/** Renders each overlay of a tree once, for tests that pass over the same commit many times. */
export function rememberingRenderer(renderer: Renderer): Renderer {
  const renders = new Map<string, Promise<Render>>()
  return {
    version: () => renderer.version(),
    render(tree, overlay, options) {
      const key = JSON.stringify([tree.id, overlay, Object.keys(options ?? {})])
      const render = renders.get(key) ?? renderer.render(tree, overlay, options)
      renders.set(key, render)
      return render
    },
  }
}
