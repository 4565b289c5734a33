import { z } from 'zod'
import { Unanswered } from './ask-json.ts'

const sample = z.tuple([z.number(), z.string()])
const answerShape = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('vector'), result: z.array(z.object({ value: sample })) }),
    z.object({ resultType: z.literal('scalar'), result: sample }),
  ]),
})

/** An instant query, as Prometheus and what speaks like it (Thanos, Mimir, VictoriaMetrics) take it. */
export function prometheusUrl({ address, query }: { readonly address: string; readonly query: string }): string {
  return `${address.replace(/\/+$/, '')}/api/v1/query?query=${encodeURIComponent(query)}`
}

/** The one number of an instant query's answer. Throws Unanswered for none, for several, and for NaN. */
export function prometheusValue(answer: unknown): number {
  const parsed = answerShape.safeParse(answer)
  if (!parsed.success) throw new Unanswered('its answer is not that of an instant query')
  const { data } = parsed.data
  const values = data.resultType === 'scalar' ? [data.result] : data.result.map(({ value }) => value)
  const [only, ...others] = values
  if (!only) throw new Unanswered('the query finds no series')
  if (others.length > 0) throw new Unanswered(`the query finds ${values.length} series, not one`)
  const value = readNumber(only[1])
  if (Number.isNaN(value)) throw new Unanswered('the query gives no number (NaN)')
  return value
}

function readNumber(text: string): number {
  if (/^[+-]?Inf$/.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return text.trim() === '' ? Number.NaN : Number(text)
}
