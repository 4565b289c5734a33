import type { App } from './app.ts'

/** One attempt to hand a webhook to an App, kept as GitHub's delivery log keeps it. */
export interface Delivery {
  readonly id: number
  /** Shared by every attempt of the same webhook. */
  readonly guid: string
  readonly app: App
  readonly event: string
  readonly action: string | null
  readonly installationId: number | null
  readonly repositoryId: number | null
  readonly redelivery: boolean
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string }
  readonly url: string
  deliveredAt: string
  /** Seconds. */
  duration: number
  /** As GitHub words it: `OK`, `timed out`, `failed to connect to host`, … */
  status: string
  statusCode: number
  response: { headers: Record<string, string>; body: string }
  /** False while it is on its way. */
  done: boolean
}
