import { eventually, type Look } from '../eventually.ts'
import type { Step } from './step.ts'

/** Under `policy: heal` a change by hand is taken back within seconds. */
export const healStaging: Step = {
  name: 'Somebody scales checkout in staging by hand',
  async play(scene) {
    const before = await scene.kubernetes.deployment('staging', 'checkout')
    if (!before) throw new Error('staging has no Deployment checkout')
    const started = Date.now()
    await scene.kubernetes.scale('staging', 'checkout', before.replicas + 3)
    await eventually('staging to be healed', async (): Promise<Look<true>> => {
      const seen = await scene.kubernetes.deployment('staging', 'checkout')
      return seen?.replicas === before.replicas ? { found: true } : { not: `${seen?.replicas} replicas` }
    })
    const seconds = ((Date.now() - started) / 1000).toFixed(1)
    return `replicas ${before.replicas} → ${before.replicas + 3} were seen and taken back in ${seconds} s (policy: heal)`
  },
}
