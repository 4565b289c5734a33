import type { OverlayFields } from './carried-fields.ts'
import type { CarryStep, CarryTarget } from './carry-step.ts'
import { fieldSteps } from './field-steps.ts'
import { imageSteps } from './image-steps.ts'
import type { Removes } from './removals.ts'

/**
 * The steps that give the target the source's carried values. What a shared base sets is overridden in the overlay for images, and
 * refused for the rest. What the source does not have stays, unless it is said to go.
 */
export function carrySteps(source: OverlayFields, target: CarryTarget, removes: Removes): CarryStep[] {
  return [...imageSteps(source, target, removes), ...fieldSteps(source, target, removes)]
}
