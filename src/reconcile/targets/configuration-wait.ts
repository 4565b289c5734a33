import type { ConfigurationFault } from '../../model/target-status.ts'
import type { Wait } from './turn.ts'

/** Nothing new is applied while nobody knows what the newest commit wants: the target stays at the revision it has. */
export function configurationWait({ problems: [first] }: ConfigurationFault): Wait {
  const { code = '', message = '', file, line } = first ?? {}
  const place = [file, line].filter((part) => part !== undefined).join(':')
  return {
    code: 'CONFIGURATION_WAITS',
    message: `The configuration of the newest commit cannot be read, so only drift is put back: ${place} ${code} ${message}`,
    waitingFor: 'a configuration that can be read',
    waitsOn: [],
  }
}
