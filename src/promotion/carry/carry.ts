import type { OverlayFields } from './carried-fields.ts'
import type { CarryStep, CarryTarget } from './carry-step.ts'
import { fieldSteps } from './field-steps.ts'
import { imageSteps } from './image-steps.ts'

/**
 * The steps that give the target the source's carried values. What a shared base sets is overridden in the overlay for images, and
 * refused for the rest. `exact` also removes what the source does not have (a rollback); otherwise absent means "not carried".
 */
export function carrySteps(source: OverlayFields, target: CarryTarget, exact: boolean): CarryStep[] {
  return [...imageSteps(source, target, exact), ...fieldSteps(source, target, exact)]
}
