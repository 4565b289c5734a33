import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { kubernetesListsFile } from '../../tools/kubernetes/kubernetes-lists-file.ts'
import { readPublishedOpenApi } from '../../tools/kubernetes/published-openapi.ts'
import { useControlPlane } from '../support/control-plane.ts'

const FILE = fileURLToPath(new URL('../../src/model/kubernetes-lists.ts', import.meta.url))
const plane = useControlPlane()

test('the keys of lists are those that a real API server publishes', async () => {
  const { version, documents } = await readPublishedOpenApi(plane.local.kubeconfig)
  const text = kubernetesListsFile(version, documents)
  if (process.env.UPDATE_DOCS) await writeFile(FILE, text)
  expect(await readFile(FILE, 'utf8')).toBe(text)
})
