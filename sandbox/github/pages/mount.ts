import { type Context, Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { html } from 'hono/html'
import type { Environment } from '../http/api.ts'
import type { World } from '../world.ts'
import { type Client, clientFor, PageRefusal, people } from './client.ts'
import { frame, type Html } from './frame.ts'
import { pullsPage, repositoriesPage, repositoryPage } from './lists.ts'
import { pullPage, type Tab } from './pull.ts'

type PageContext = Context<Environment>

/** Plain pages for people, one person of the stand-in at a time: whoever opens them chooses who to be. */
export function mountPages(app: Hono<Environment>, world: World): void {
  const pages = new Hono<Environment>()
  const client = (context: PageContext) => clientFor(world, signedIn(world, context))
  const repository = (context: PageContext) => `${context.req.param('owner')}/${context.req.param('repo')}`
  const show = (context: PageContext, title: string, body: Html | undefined, refresh?: number) =>
    present(world, context, { title, body, ...(refresh && { refresh }) })

  pages.use('*', sameOrigin(world))
  pages.use('*', ownContentOnly)
  pages.onError((error, context) => refused(world, context as PageContext, error))
  pages.post('/session', async (context) => {
    setCookie(context, 'login', String((await context.req.formData()).get('login')), { sameSite: 'Strict', path: '/' })
    return context.redirect(context.req.header('referer') ?? '/', 303)
  })
  pages.get('/', async (context) => show(context, 'Repositories', await repositoriesPage(client(context))))
  pages.get('/:owner/:repo', async (context) =>
    show(context, repository(context), await repositoryPage(client(context), repository(context), '')),
  )
  pages.get('/:owner/:repo/tree/:path{.+}', async (context) =>
    show(
      context,
      repository(context),
      await repositoryPage(client(context), repository(context), context.req.param('path') ?? ''),
    ),
  )
  pages.get('/:owner/:repo/pulls', async (context) =>
    show(context, 'Pull requests', await pullsPage(client(context), repository(context))),
  )
  pages.post('/:owner/:repo/pulls', async (context) => {
    const form = await context.req.formData()
    const body = { head: form.get('head'), title: form.get('title'), base: 'main' }
    await client(context).send('POST', `/repos/${repository(context)}/pulls`, body)
    return context.redirect(`/${repository(context)}/pulls`, 303)
  })
  for (const tab of ['conversation', 'checks', 'files'] as const satisfies Tab[]) {
    const path = tab === 'conversation' ? '' : `/${tab}`
    pages.get(`/:owner/:repo/pull/:number{[0-9]+}${path}`, async (context) => {
      const number = Number(context.req.param('number'))
      return show(
        context,
        `#${number}`,
        await pullPage(client(context), repository(context), number, tab, Number(context.req.query('check_run_id'))),
      )
    })
  }
  mountActions(pages, client, repository)
  app.route('/', pages)
}

/** What the buttons and the comment box do, through the REST interface with the person's own rights. */
function mountActions(
  pages: Hono<Environment>,
  client: (context: PageContext) => Client,
  repository: (context: PageContext) => string,
): void {
  const pull = (context: PageContext) => `/${repository(context)}/pull/${context.req.param('number')}`
  pages.post('/:owner/:repo/pull/:number{[0-9]+}/comments', async (context) => {
    const body = String((await context.req.formData()).get('body')).replaceAll('\r\n', '\n')
    await client(context).send('POST', `/repos/${repository(context)}/issues/${context.req.param('number')}/comments`, {
      body,
    })
    return context.redirect(pull(context), 303)
  })
  pages.post('/:owner/:repo/pull/:number{[0-9]+}/merge', async (context) => {
    const sha = String((await context.req.formData()).get('sha'))
    await client(context).send('PUT', `/repos/${repository(context)}/pulls/${context.req.param('number')}/merge`, {
      sha,
    })
    return context.redirect(pull(context), 303)
  })
  pages.post('/:owner/:repo/pull/:number{[0-9]+}/checks/:run{[0-9]+}', async (context) => {
    const what = String((await context.req.formData()).get('do'))
    const run = `/repos/${repository(context)}/check-runs/${context.req.param('run')}`
    if (what === 'rerequest') await client(context).send('POST', `${run}/rerequest`, {})
    else await client(context).press(repository(context), Number(context.req.param('run')), what)
    return context.redirect(`${pull(context)}/checks`, 303)
  })
}

function signedIn(world: World, context: PageContext): string {
  const known = people(world).map(({ login }) => login)
  const chosen = getCookie(context, 'login') ?? ''
  return known.includes(chosen) ? chosen : (known[0] ?? '')
}

/** A page of another site must not act here. */
function sameOrigin(world: World) {
  return async (context: PageContext, next: () => Promise<void>) => {
    const origin = context.req.header('origin')
    if (context.req.method !== 'GET' && origin !== undefined && origin !== world.url)
      return context.text('This form was not sent from here.', 403)
    return next()
  }
}

/** Should hostile text ever get past the sanitiser, a browser still loads nothing from elsewhere for it. */
async function ownContentOnly(context: PageContext, next: () => Promise<void>): Promise<void> {
  await next()
  context.header(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
  )
}

async function present(
  world: World,
  context: PageContext,
  page: { title: string; body: Html | undefined; refresh?: number; status?: number },
): Promise<Response> {
  const { owner, repo } = context.req.param() as { owner?: string; repo?: string }
  const body = page.body ?? html`<h1>There is no such page.</h1>`
  const text = frame({
    title: page.title,
    ...(owner && repo && { repository: `${owner}/${repo}` }),
    people: people(world).map(({ login }) => login),
    signedIn: signedIn(world, context),
    ...(page.refresh && { refresh: page.refresh }),
    body,
  })
  return context.html(await text, (page.status ?? (page.body ? 200 : 404)) as 200)
}

function refused(world: World, context: PageContext, error: Error): Promise<Response> {
  if (!(error instanceof PageRefusal)) throw error
  const body = html`<h1>GitHub refused</h1><p>${error.message}</p><p><a href="${context.req.header('referer') ?? '/'}">Back</a></p>`
  return present(world, context, { title: 'Refused', body, status: error.status })
}
