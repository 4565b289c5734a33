import { html } from 'hono/html'
import type { Client } from './client.ts'
import type { Html } from './frame.ts'
import { stateTag } from './lists.ts'
import { markdown } from './markdown.ts'
import type { CommentView, PullView, RunView } from './shapes.ts'

const EMOJI: Readonly<Record<string, string>> = {
  eyes: '👀',
  rocket: '🚀',
  confused: '😕',
  '-1': '👎',
  '+1': '👍',
  heart: '❤️',
}
const TABS = { conversation: '', checks: '/checks', files: '/files' } as const
export type Tab = keyof typeof TABS

/** One pull request: conversation, checks (the chosen one first) or files. */
export async function pullPage(
  client: Client,
  name: string,
  number: number,
  tab: Tab,
  chosenRun?: number,
): Promise<Html | undefined> {
  const pull = await client.get<PullView>(`/repos/${name}/pulls/${number}`)
  if (!pull) return undefined
  const runs =
    (await client.get<{ check_runs: RunView[] }>(`/repos/${name}/commits/${pull.head.sha}/check-runs?per_page=100`))
      ?.check_runs ?? []
  const chosenFirst = [...runs].sort((one, other) => Number(other.id === chosenRun) - Number(one.id === chosenRun))
  const bodies = { conversation: conversation, checks: checks, files: files }
  return html`<h1>${pull.title} <span class="num">#${number}</span></h1>
<p>${stateTag(pull)} <span class="dim">${pull.user.login} wants to merge <code>${pull.head.ref}</code> into <code>${pull.base.ref}</code> · head ${pull.head.sha.slice(0, 7)}</span></p>
<div class="tabs">${Object.entries(TABS).map(
    ([label, path]) =>
      html`<a class="${label === tab ? 'here' : ''}" href="/${name}/pull/${number}${path}">${label === 'checks' ? `checks (${runs.length})` : label}</a>`,
  )}</div>
${await bodies[tab](client, name, pull, chosenFirst)}`
}

async function conversation(client: Client, name: string, pull: PullView, runs: readonly RunView[]): Promise<Html> {
  const comments = (await client.get<CommentView[]>(`/repos/${name}/issues/${pull.number}/comments?per_page=100`)) ?? []
  return html`${entry(pull.user.login, pull.created_at, pull.body)}
${comments.map((comment) => entry(comment.user.login, comment.created_at, comment.body, comment))}
${pull.state === 'open' ? mergeBox(name, pull, runs) : ''}
<form method="post" action="/${name}/pull/${pull.number}/comments">
  <textarea name="body" required placeholder="A comment of ${client.login}, for example /promote or /help" aria-label="comment"></textarea>
  <p><button class="main">Comment</button></p>
</form>`
}

function entry(author: string, at: string, body: string | null, comment?: CommentView): Html {
  const reactions = Object.entries(EMOJI).filter(([name]) => Number(comment?.reactions?.[name] ?? 0) > 0)
  return html`<div class="box" ${comment ? html`id="issuecomment-${comment.id}"` : ''}>
  <div class="head"><b>${author}</b> ${author.endsWith('[bot]') ? html`<span class="tag">bot</span>` : ''} ${at}
    ${comment && comment.updated_at !== comment.created_at ? '· edited' : ''}</div>
  <div class="text">${body ? markdown(body) : html`<span class="dim">No description.</span>`}
  ${reactions.length > 0 ? html`<p>${reactions.map(([, emoji]) => html`<span class="tag">${emoji}</span> `)}</p>` : ''}</div>
</div>`
}

function mergeBox(name: string, pull: PullView, runs: readonly RunView[]): Html {
  return html`<div class="box">
  ${runs.map((run) => html`<div class="row">${mark(run)} <b>${run.name}</b> <span>${run.output.title ?? run.status}</span></div>`)}
  <div class="row"><form method="post" action="/${name}/pull/${pull.number}/merge"><input type="hidden" name="sha" value="${pull.head.sha}">
    <button class="main">Merge pull request</button></form> <span class="dim">GitHub says: ${pull.mergeable_state ?? 'unknown'}</span></div>
</div>`
}

async function checks(client: Client, name: string, pull: PullView, runs: readonly RunView[]): Promise<Html> {
  if (runs.length === 0) return html`<p class="dim">No check has been reported on this commit.</p>`
  return html`${runs.map(
    (run) => html`<div class="box">
  <div class="head">${mark(run)} <b>${run.name}</b> by ${run.app.slug} · ${run.conclusion ?? run.status}</div>
  <div class="text"><h2>${run.output.title ?? ''}</h2>${markdown(run.output.summary)}${markdown(run.output.text)}
  ${run.status === 'completed' ? buttons(client, name, pull, run) : ''}</div></div>`,
  )}`
}

/** As on GitHub: to run again, and what the App offers once the run is completed. */
function buttons(client: Client, name: string, pull: PullView, run: RunView): Html {
  const action = `/${name}/pull/${pull.number}/checks/${run.id}`
  return html`<form method="post" action="${action}"><button name="do" value="rerequest">Re-run</button>
    ${client.offers(name, run.id).map((one) => html`<button name="do" value="${one.identifier}" title="${one.description}">${one.label}</button> `)}</form>`
}

async function files(client: Client, name: string, pull: PullView): Promise<Html> {
  const changed =
    (await client.get<{ filename: string; status: string; patch?: string }[]>(
      `/repos/${name}/pulls/${pull.number}/files?per_page=100`,
    )) ?? []
  return html`${changed.map(
    (file) => html`<div class="box"><div class="head"><b>${file.filename}</b> ${file.status}</div>
  <pre class="diff">${(file.patch ?? 'No text to show.').split('\n').map((line) => html`<span class="${lineClass(line)}">${line}</span>`)}</pre></div>`,
  )}`
}

function lineClass(line: string): string {
  if (line.startsWith('@@')) return 'hunk'
  return line.startsWith('+') ? 'add' : line.startsWith('-') ? 'del' : ''
}

function mark(run: RunView): Html {
  if (run.status !== 'completed') return html`<span class="wait" title="${run.status}">●</span>`
  if (run.conclusion === 'success') return html`<span class="good" title="success">✓</span>`
  if (run.conclusion === 'neutral' || run.conclusion === 'skipped')
    return html`<span class="dim" title="${run.conclusion}">■</span>`
  if (run.conclusion === 'action_required') return html`<span class="wait" title="action required">!</span>`
  return html`<span class="bad" title="${run.conclusion ?? ''}">✕</span>`
}
