import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const FLAGS = ['--no-sandbox', '--disable-gpu']

/** A headless Chromium: the machine's own, else the one that `@sparticuz/chromium` carries. */
export async function openBrowser(): Promise<Browser> {
  const own = PLACES.find((place) => existsSync(place))
  if (own) return chromium.launch({ executablePath: own, args: FLAGS })
  const { default: carried } = await import('@sparticuz/chromium')
  return chromium.launch({ executablePath: await carried.executablePath(), args: [...carried.args, ...FLAGS] })
}

/** Keeps a picture of the whole page in the folder that SCREENSHOTS names; nothing where it names none. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}
