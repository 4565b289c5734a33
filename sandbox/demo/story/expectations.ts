import { eventually, type Look } from '../eventually.ts'
import type { CommentView, PullRequestView } from '../github-person.ts'
import type { Scene } from './step.ts'

/** The finished `lockstep/gate` of a commit, once it has this conclusion; resolves with its title and summary. */
export async function gateConcludes(scene: Scene, sha: string, conclusion: string, seconds = 30): Promise<string> {
  return eventually(
    `lockstep/gate on ${sha.slice(0, 7)} to be ${conclusion}`,
    async (): Promise<Look<string>> => {
      const gate = await scene.ana.check(sha, 'lockstep/gate')
      if (gate?.status === 'completed' && gate.conclusion === conclusion)
        return { found: `${gate.output.title ?? ''}\n${gate.output.summary ?? ''}` }
      return { not: gate ? `${gate.status} ${gate.conclusion ?? ''} ${gate.output.title ?? ''}` : 'no such check' }
    },
    { seconds },
  )
}

/** The bot's comment that contains all of these texts. */
export async function botComments(scene: Scene, number: number, texts: readonly string[]): Promise<CommentView> {
  return eventually(
    `a comment of ${scene.bot} on #${number} with ${texts.join(', ')}`,
    async (): Promise<Look<CommentView>> => {
      const mine = (await scene.ana.comments(number)).filter((comment) => comment.user.login === scene.bot)
      const found = mine.find((comment) => texts.every((text) => comment.body.includes(text)))
      return found
        ? { found }
        : { not: `${mine.length} comments: ${mine.map((comment) => comment.body.slice(0, 300)).join(' | ')}` }
    },
  )
}

/** The open pull request of a branch. */
export async function pullRequestOpens(scene: Scene, branch: string, seconds = 45): Promise<PullRequestView> {
  return eventually(
    `a pull request from ${branch}`,
    async (): Promise<Look<PullRequestView>> => {
      const open = await scene.ana.openPullRequests()
      const found = open.find((pull) => pull.head.ref === branch)
      return found ? { found } : { not: `open: ${open.map((pull) => pull.head.ref).join(', ') || 'none'}` }
    },
    { seconds },
  )
}

export async function merges(scene: Scene, number: number, seconds = 45): Promise<PullRequestView> {
  return eventually(
    `#${number} to be merged`,
    async (): Promise<Look<PullRequestView>> => {
      const pull = await scene.ana.pullRequest(number)
      if (pull.merged) return { found: pull }
      const said = (await scene.ana.comments(number)).filter((comment) => comment.user.login === scene.bot)
      return { not: `${pull.state}; last said: ${said.at(-1)?.body.slice(0, 300) ?? 'nothing'}` }
    },
    { seconds },
  )
}

/** A Deployment runs exactly this image, with all replicas available. */
export async function runs(scene: Scene, namespace: string, name: string, tag: string, seconds = 60): Promise<void> {
  await eventually(
    `${namespace}/${name} to run ${tag}`,
    async (): Promise<Look<true>> => {
      const seen = await scene.kubernetes.deployment(namespace, name)
      if (!seen) return { not: 'no such Deployment' }
      const ready = seen.image.endsWith(`:${tag}`) && seen.available === seen.replicas && seen.observed
      return ready ? { found: true } : { not: `${seen.image}, ${seen.available} of ${seen.replicas} available` }
    },
    { seconds },
  )
}

/** A deployment of the merge to an environment, as GitHub shows it, has this in its newest status; resolves with the whole. */
export async function deploymentSays(
  scene: Scene,
  { merge_commit_sha }: PullRequestView,
  environment: string,
  words: string,
): Promise<string> {
  return eventually(`the deployment to ${environment} to say ${words}`, async (): Promise<Look<string>> => {
    const query = `sha=${merge_commit_sha}&environment=${environment}&per_page=100`
    const said: string[] = []
    for (const { id } of await scene.ana.api<{ id: number }[]>('GET', `/deployments?${query}`)) {
      const [newest] = await scene.ana.api<{ description: string }[]>('GET', `/deployments/${id}/statuses?per_page=1`)
      if (newest?.description.includes(words)) return { found: newest.description }
      said.push(newest?.description ?? 'no status')
    }
    return { not: said.join(' | ') || 'no deployment of that commit' }
  })
}
