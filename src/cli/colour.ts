import { styleText } from 'node:util'

export type Paint = (style: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string) => string

/** Colours for a terminal; text as it is where output goes elsewhere, or where NO_COLOR or TERM=dumb says so. */
export function painter(env: Readonly<Record<string, string | undefined>>, stream: { isTTY?: boolean }): Paint {
  const wanted = env.FORCE_COLOR
    ? env.FORCE_COLOR !== '0'
    : !env.NO_COLOR && env.TERM !== 'dumb' && stream.isTTY === true
  return wanted ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text
}
