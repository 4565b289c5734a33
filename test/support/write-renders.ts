// A process of its own that writes samples into a store: `write-renders.ts DIRECTORY {"first":0,"count":3,"bytes":100}`.
import { packRender } from '../../src/adapters/kustomize/render-cache/packed-render.ts'
import { RenderStore } from '../../src/adapters/kustomize/render-cache/render-store.ts'
import { keyOf, sampleRender } from './sample-renders.ts'

const [directory = '', what = ''] = process.argv.slice(2)
const { first, count, bytes } = JSON.parse(what) as { first: number; count: number; bytes: number }
const store = new RenderStore({ directory, maxBytes: 64 * 1024 ** 2 })
for (let n = first; n < first + count; n++) await store.write(keyOf(n), packRender(sampleRender(n, bytes)))
