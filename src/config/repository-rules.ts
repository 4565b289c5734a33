import { z } from 'zod'
import type { Problem } from '../model/errors.ts'
import { environmentProblems, environmentsShape } from './environment-rules.ts'
import { hasPlaceholder, templateFault } from './path-template.ts'
import { reconcileProblems, reconcileShape } from './reconcile-rules.ts'
import { type Problems, problemsOf, repeats } from './rule-problems.ts'
import { versionsProblems, versionsShape } from './versions.ts'
import type { YamlSource } from './yaml-source.ts'

/**
 * What the values of `.lockstep.yaml` must mean together. Reads each part loosely, so that a fault in one part does not
 * hide those of another; parts without the right shape are the schema's to report.
 */
export function repositoryRuleProblems(source: YamlSource): Problem[] {
  const problem = problemsOf(source)
  return [
    ...readAs(overlaysShape, source.value, (config) => applicationProblems(config, problem)),
    ...readAs(environmentsShape, source.value, ({ environments }) => environmentProblems(environments, problem)),
    ...readAs(carryShape, source.value, (config) => carryProblems(config, problem)),
    ...readAs(reconcileShape, source.value, (config) => reconcileProblems(config, problem)),
    ...readAs(versionsShape, source.value, (config) => versionsProblems(config, problem)),
  ]
}

const overlaysShape = z.object({
  overlays: z.union([z.string(), z.array(z.string())]),
  application: z.unknown().optional(),
})
const carryShape = z.object({
  carry: z.array(z.unknown()).optional(),
  keep: z.array(z.unknown()).optional(),
})

function readAs<T>(shape: z.ZodType<T>, value: unknown, rule: (parsed: T) => Problem[]): Problem[] {
  const parsed = shape.safeParse(value)
  return parsed.success ? rule(parsed.data) : []
}

function applicationProblems({ overlays, application }: z.infer<typeof overlaysShape>, problem: Problems): Problem[] {
  const templates = Array.isArray(overlays) ? overlays : [overlays]
  const nameless = templates.find((template) => !templateFault(template) && !hasPlaceholder(template, 'app'))
  if (nameless !== undefined && application === undefined) {
    const message = `"${nameless}" has no {app}, so the application has no name.`
    return [problem('CONFIG_MISSING_KEY', ['overlays'], message, 'Add `application: NAME`, or {app} to the template.')]
  }
  if (nameless === undefined && application !== undefined) {
    const message = '`application` has no effect: every template has {app}.'
    return [problem('CONFIG_INVALID', ['application'], message, 'Remove it.')]
  }
  return repeats(templates).map((index) =>
    problem('CONFIG_DUPLICATE', ['overlays', index], `The template "${templates[index]}" stands twice.`, 'Keep one.'),
  )
}

function carryProblems({ carry = [], keep = [] }: z.infer<typeof carryShape>, problem: Problems): Problem[] {
  const fields = carry.map((rule) =>
    typeof rule === 'string' ? rule : ((rule as { path?: unknown } | null)?.path ?? ''),
  )
  const both = keep.flatMap((field, index) => {
    if (!fields.includes(field as string)) return []
    return [
      problem('CONFIG_INVALID', ['keep', index], `"${field}" is both carried and kept.`, 'Remove it from one list.'),
    ]
  })
  const parts = keep.flatMap((field, index) => {
    const whole = carriedWholes(carry).find((path) => typeof field === 'string' && isPartOf(field, path))
    if (whole === undefined) return []
    const message = `"${field}" is a part of "${whole}", which is carried as a whole.`
    return [problem('CONFIG_INVALID', ['keep', index], message, 'Carry its other parts by paths of their own.')]
  })
  const twice = (key: string, rules: readonly unknown[]) =>
    repeats(rules.map((rule) => JSON.stringify(rule))).map((index) =>
      problem('CONFIG_DUPLICATE', [key, index], `The same rule stands twice in ${key}.`, 'Keep one.'),
    )
  return [...both, ...parts, ...twice('carry', carry), ...twice('keep', keep)]
}

const wholeShape = z.strictObject({ path: z.string() })

/** Fields that are carried for every application. */
function carriedWholes(carry: readonly unknown[]): string[] {
  return carry.flatMap((rule) => wholeShape.safeParse(rule).data?.path ?? [])
}

function isPartOf(field: string, whole: string): boolean {
  return field.startsWith(`${whole}.`) || field.startsWith(`${whole}[`)
}
