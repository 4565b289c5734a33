import { html } from 'hono/html'
import type { Client } from './client.ts'
import type { Html } from './frame.ts'
import { markdown } from './markdown.ts'
import type { PullView, RepositoryView } from './shapes.ts'

export async function repositoriesPage(client: Client): Promise<Html> {
  const repositories = (await client.get<RepositoryView[]>('/user/repos?per_page=100')) ?? []
  return html`<h1>Repositories</h1>
<div class="box">${repositories.map(
    (one) => html`<div class="row"><a href="/${one.full_name}"><b>${one.full_name}</b></a>
      <span class="tag">${one.private ? 'Private' : 'Public'}</span><span class="dim">${one.description ?? ''}</span></div>`,
  )}</div>`
}

interface Entry {
  name: string
  path: string
  type: string
}

export async function repositoryPage(client: Client, name: string, path: string): Promise<Html | undefined> {
  const repository = await client.get<RepositoryView>(`/repos/${name}`)
  const content = await client.get<Entry[] | { content: string; path: string }>(
    `/repos/${name}/contents${path && `/${encodePath(path)}`}`,
  )
  if (!repository || !content) return undefined
  const where = html`<h1>${name}${path ? html` <span class="dim">/ ${path}</span>` : ''}</h1><p class="dim">branch ${repository.default_branch}</p>`
  if (!Array.isArray(content)) {
    const text = Buffer.from(content.content, 'base64').toString()
    return html`${where}<div class="box"><pre>${text}</pre></div>`
  }
  const readme = content.find((entry) => entry.name === 'README.md')
  const file = readme && (await client.get<{ content: string }>(`/repos/${name}/contents/${encodePath(readme.path)}`))
  return html`${where}<div class="box">${content.map(
    (entry) =>
      html`<div class="row"><a href="/${name}/tree/${entry.path}">${entry.name}${entry.type === 'dir' ? '/' : ''}</a></div>`,
  )}</div>${file ? html`<div class="box"><div class="text">${markdown(Buffer.from(file.content, 'base64').toString())}</div></div>` : ''}`
}

export async function pullsPage(client: Client, name: string): Promise<Html | undefined> {
  const pulls = await client.get<PullView[]>(`/repos/${name}/pulls?state=all&per_page=100`)
  if (!pulls) return undefined
  const sorted = [...pulls].sort((one, other) => Number(other.state === 'open') - Number(one.state === 'open'))
  return html`<h1>Pull requests</h1>
<div class="box">${sorted.map(
    (pull) => html`<div class="row">${stateTag(pull)} <a href="/${name}/pull/${pull.number}"><b>${pull.title}</b></a>
      <span class="dim">#${pull.number} by ${pull.user.login}, ${pull.head.ref} → ${pull.base.ref}</span></div>`,
  )}${pulls.length === 0 ? html`<div class="row dim">There are none.</div>` : ''}</div>
<h2>New pull request</h2>
<form method="post" action="/${name}/pulls" class="box"><div class="text">
  <label>from branch <input name="head" required></label> <label>title <input name="title" required></label> <button class="main">Create</button>
</div></form>`
}

export function stateTag(pull: PullView): Html {
  if (pull.merged_at) return html`<span class="state merged">Merged</span>`
  if (pull.state === 'closed') return html`<span class="state closed">Closed</span>`
  return pull.draft ? html`<span class="state draft">Draft</span>` : html`<span class="state open">Open</span>`
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
