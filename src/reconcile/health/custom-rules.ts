import { type HealthExpression, parseHealthExpression } from '../../config/health-expression.ts'
import type { HealthConfig, HealthRuleConfig } from '../../config/repository-config.ts'
import type { JsonObject } from '../../model/json.ts'
import { kindId } from '../live/kinds-of.ts'
import { keyOf } from '../live/live-object.ts'
import type { HealthRules } from '../live/live-view.ts'
import { notFresh } from './fresh.ts'
import { objectHealth } from './health.ts'
import { degraded, HEALTHY, type HealthVerdict, progressing } from './verdict.ts'

const compiledRules = new WeakMap<HealthConfig, HealthRules>()

/** An environment's own rules, which beat the built-in ones; undefined where it has none. Compiled once for a configuration. */
export function healthRules(config: HealthConfig): HealthRules | undefined {
  if (config.rules.length === 0) return undefined
  const known = compiledRules.get(config) ?? compile(config.rules)
  compiledRules.set(config, known)
  return known
}

function compile(rules: readonly HealthRuleConfig[]): HealthRules {
  const custom = customRules(rules)
  return {
    id: JSON.stringify(rules),
    kinds: new Set(rules.map(kindId)),
    verdict: (object) => notFresh(object) ?? custom(object) ?? objectHealth(object),
  }
}

/** Verdicts of configured rules; undefined for kinds they do not name, and for what they leave open. */
function customRules(rules: readonly HealthRuleConfig[]): (object: JsonObject) => HealthVerdict | undefined {
  const byKind = new Map<string, ReturnType<typeof customRule>>()
  for (const rule of rules) {
    const id = kindId(rule)
    if (!byKind.has(id)) byKind.set(id, customRule(rule))
  }
  return (object) => {
    return byKind.get(kindId(keyOf(object)))?.(object)
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
