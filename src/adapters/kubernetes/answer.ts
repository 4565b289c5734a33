import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { type Json, parseJson } from '../../model/json.ts'

const unzip = promisify(gunzip)

/** The whole body, unpacked. */
export async function readText(answer: Dispatcher.ResponseData): Promise<string> {
  if (readHeader(answer, 'content-encoding') !== 'gzip') return answer.body.text()
  return (await unzip(Buffer.from(await answer.body.arrayBuffer()))).toString()
}

/** undefined for what is no JSON. */
export function parseText(text: string): Json | undefined {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

/** The first of a header's values. */
export function readHeader(answer: Dispatcher.ResponseData, name: string): string | undefined {
  const value = answer.headers[name]
  return Array.isArray(value) ? value[0] : value
}
