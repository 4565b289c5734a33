import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Measured, measure } from './measure.ts'

/** Work trees for both sides, every overlay of each built, the results compared: what a job of a pull request does today. */
const SCRIPT = `set -eu
git -C "$REPOSITORY" worktree add --quiet --detach "$WORK/base" main
git -C "$REPOSITORY" worktree add --quiet --detach "$WORK/head" "$BRANCH"
for side in base head; do
  mkdir -p "$WORK/out/$side"
  (cd "$WORK/$side" && find . -path '*/overlays/*' -name 'kustomization.y*ml' -printf '%h\\n' | sort |
    xargs -P "$CORES" -I{} sh -c '"$KUSTOMIZE" build "$1" > "$2/$(echo "$1" | tr / _).yaml"' - {} "$WORK/out/$side" 2> "$WORK/$side.log")
done
diff -ruN "$WORK/out/base" "$WORK/out/head" || [ $? -eq 1 ]
`

export interface Today extends Measured {
  /** Overlays whose built text differs. */
  readonly overlays: number
}

export async function measureToday(
  repository: string,
  branch: string,
  kustomize: string,
  work: string,
): Promise<Today> {
  const script = join(work, 'today.sh')
  await mkdir(work, { recursive: true })
  await writeFile(script, SCRIPT)
  const env = {
    REPOSITORY: repository,
    BRANCH: branch,
    WORK: work,
    KUSTOMIZE: kustomize,
    CORES: String(availableParallelism()),
  }
  const output = join(work, 'today.diff')
  const measured = await measure({ command: 'sh', args: [script], cwd: work, env, output })
  return { ...measured, overlays: await countDifferences(work) }
}

async function countDifferences(work: string): Promise<number> {
  const names = await readdir(join(work, 'out', 'base'))
  const differs = await Promise.all(
    names.map(async (name) => {
      const [base, head] = await Promise.all(
        ['base', 'head'].map((side) => readFile(join(work, 'out', side, name)).catch(() => Buffer.alloc(0))),
      )
      return base && head ? !base.equals(head) : true
    }),
  )
  return differs.filter(Boolean).length
}
