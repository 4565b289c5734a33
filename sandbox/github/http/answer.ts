export interface Answer {
  readonly status: number
  /** JSON, unless `raw` says otherwise. */
  readonly body?: unknown
  readonly raw?: { readonly bytes: Buffer | string; readonly type: string }
  readonly headers?: Readonly<Record<string, string>>
}

export const ok = (body: unknown, headers?: Record<string, string>): Answer => ({
  status: 200,
  body,
  ...(headers ? { headers } : {}),
})
export const created = (body: unknown, location?: string): Answer => ({
  status: 201,
  body,
  ...(location ? { headers: { location } } : {}),
})
export const accepted = (body: unknown): Answer => ({ status: 202, body })
export const noContent = (): Answer => ({ status: 204 })
export const raw = (bytes: Buffer | string, type: string): Answer => ({ status: 200, raw: { bytes, type } })
