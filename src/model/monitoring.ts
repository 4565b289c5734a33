/** One question to a monitoring system, everything filled in. */
export type MetricQuery =
  | { readonly kind: 'prometheus'; readonly address: string; readonly query: string }
  /** `path` leads to the value: `state`, `data.items[0].value`. */
  | { readonly kind: 'json'; readonly url: string; readonly path: string }

/** What it said. Why it is unknown holds nothing of the answer: answers are private. */
export type Measurement =
  | { readonly kind: 'value'; readonly value: number | string | boolean }
  | { readonly kind: 'unknown'; readonly why: string }

/** Asks monitoring systems that the operator lists, on behalf of one repository. Never throws: what goes wrong is unknown. */
export interface Monitoring {
  measure(query: MetricQuery): Promise<Measurement>
}
