import { isJsonObject, type Json, parseJson } from '../../model/json.ts'
import { ChartFault } from './chart-failure.ts'
import { MAX_ARCHIVE_BYTES } from './repository-client.ts'

const CONFIG = 'application/vnd.cncf.helm.config.v1+json'
const LAYERS = ['application/vnd.cncf.helm.chart.content.v1.tar+gzip', 'application/tar+gzip']

/** The layer of a manifest that is the chart's archive. Throws ChartFault for a manifest of anything but one chart. */
export function chartLayer(body: Buffer): { digest: string; size: number } {
  const manifest = parse(body)
  const config = isJsonObject(manifest) ? manifest.config : undefined
  if (mediaType(config) !== CONFIG)
    throw fault(`it is no chart but ${mediaType(config).slice(0, 80) || 'something else'}`)
  const layers = isJsonObject(manifest) && Array.isArray(manifest.layers) ? (manifest.layers as readonly Json[]) : []
  const archives = layers.filter((layer) => LAYERS.includes(mediaType(layer)))
  const [archive] = archives
  if (!isJsonObject(archive) || archives.length > 1) throw fault(`it holds ${archives.length} archives`)
  const { digest, size } = archive
  if (typeof digest !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(digest)) throw fault('its archive has no SHA-256')
  if (typeof size !== 'number' || size < 0) throw fault('its archive has no size')
  if (size > MAX_ARCHIVE_BYTES) throw fault(`its archive is larger than ${MAX_ARCHIVE_BYTES / 1024 ** 2} MiB`)
  return { digest, size }
}

function parse(body: Buffer): Json {
  try {
    return parseJson(body.toString('utf8'))
  } catch {
    throw fault('it is no JSON')
  }
}

function mediaType(descriptor: Json | undefined): string {
  return isJsonObject(descriptor) && typeof descriptor.mediaType === 'string' ? descriptor.mediaType : ''
}

function fault(what: string): ChartFault {
  return new ChartFault('CHART_INDEX', `of its manifest in the registry, ${what}`, 'Correct `name`, or tell its owner.')
}
