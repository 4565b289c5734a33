import { promotionByItself, stagingGoesOnByItself } from './automatic-promotion.ts'
import { brokenVersion } from './broken-version.ts'
import { devPullRequest } from './dev-pull-request.ts'
import { driftInProd, healProd } from './drift-in-prod.ts'
import { everythingRuns } from './everything-runs.ts'
import { healStaging } from './heal-staging.ts'
import { promotionTo } from './promotion.ts'
import { confirmPrune, pruneOverTheLimit, pruneWithinTheLimit } from './prune.ts'
import { rollbackProd } from './rollback-prod.ts'
import type { Step } from './step.ts'

/** From a pull request to a healed cluster, in the order a team would live it. */
export const STORY: readonly Step[] = [
  everythingRuns,
  devPullRequest,
  promotionTo('staging'),
  promotionTo('prod'),
  healStaging,
  driftInProd,
  healProd,
  rollbackProd,
  pruneWithinTheLimit,
  pruneOverTheLimit,
  confirmPrune,
  stagingGoesOnByItself,
  promotionByItself,
  brokenVersion,
]
