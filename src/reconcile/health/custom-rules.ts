import { type HealthExpression, parseHealthExpression } from '../../config/health-expression.ts'
import type { HealthRuleConfig } from '../../config/repository-config.ts'
import type { JsonObject } from '../../model/json.ts'
import { keyOf } from '../live/live-object.ts'
import { degraded, HEALTHY, type HealthVerdict, progressing } from './verdict.ts'

/** Verdicts of configured rules; undefined for kinds they do not name, and for what they leave open. */
export function customRules(rules: readonly HealthRuleConfig[]): (object: JsonObject) => HealthVerdict | undefined {
  const byKind = new Map<string, ReturnType<typeof customRule>>()
  for (const rule of rules) {
    const id = `${rule.group}/${rule.kind}`
    if (!byKind.has(id)) byKind.set(id, customRule(rule))
  }
  return (object) => {
    const { group, kind } = keyOf(object)
    return byKind.get(`${group}/${kind}`)?.(object)
  }
}

function customRule(rule: HealthRuleConfig): (object: JsonObject) => HealthVerdict | undefined {
  const questions = [
    question(rule.degraded, (text) => degraded(`its health rule says: ${text}`)),
    question(rule.progressing, (text) => progressing(`its health rule says: ${text}`)),
    question(
      rule.healthy,
      () => HEALTHY,
      (text) => progressing(`waits for ${text}`),
    ),
  ]
  return (object) => {
    for (const ask of questions) {
      const verdict = ask(object)
      if (verdict) return verdict
    }
    return undefined
  }
}

type Say = (text: string) => HealthVerdict | undefined

function question(text: string | undefined, yes: Say, no: Say = () => undefined) {
  const expression = text === undefined ? undefined : compiled(text)
  return (object: JsonObject): HealthVerdict | undefined => {
    if (!expression) return undefined
    const answer = expression.holds(object)
    if (answer === 'too-large') return { health: 'Unknown', message: `is too large to be asked ${expression.text}` }
    return answer ? yes(expression.text) : no(expression.text)
  }
}

/** Configuration was refused where this is not an expression. */
function compiled(text: string): HealthExpression {
  const expression = parseHealthExpression(text)
  if ('fault' in expression) throw new Error(`a health rule ${expression.fault}`)
  return expression
}
