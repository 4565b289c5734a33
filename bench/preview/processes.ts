import { readdir, readFile } from 'node:fs/promises'

/** The process and everything it started, directly or not. */
export async function readProcesses(root: number): Promise<number[]> {
  const children = await childrenOf(root)
  return [root, ...(await Promise.all(children.map(readProcesses))).flat()]
}

/** Empty where the process has ended. Each of its threads may have started some. */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
  const lists = threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => ''))
  return (await Promise.all(lists)).flatMap((list) => list.split(' ').filter(Boolean).map(Number))
}
