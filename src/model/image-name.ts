/** Name and tag of an image as the distribution specification has them; a registry may lead, with a port. */
const COMPONENT = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*'
const NAME = new RegExp(`^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\\d{1,5})?/)?${COMPONENT}(?:/${COMPONENT})*$`)
const TAG = /^\w[\w.-]{0,127}$/
const DIGEST = /^sha256:[\da-f]{64}$/
const LONGEST = 255

export function isImageName(text: string): boolean {
  return text.length <= LONGEST && NAME.test(text)
}

export function isImageTag(text: string): boolean {
  return TAG.test(text)
}

export function isImageDigest(text: string): boolean {
  return DIGEST.test(text)
}

/** Where an image is kept: `docker.io` where its name says no registry, and there below `library/` where it has no owner. */
export function imagePlace(name: string): { readonly host: string; readonly path: string } {
  const [first = '', ...rest] = name.split('/')
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const host = hasHost ? first.toLowerCase() : 'docker.io'
  const path = hasHost ? rest.join('/') : name
  if (!DOCKER_HUB.includes(host)) return { host, path }
  return { host: 'docker.io', path: path.includes('/') ? path : `library/${path}` }
}

const DOCKER_HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io']
