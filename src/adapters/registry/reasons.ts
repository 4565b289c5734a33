/** Every code of a registry that is watched: what it means; what to do. */
export const REASONS = {
  REGISTRY_NOT_ALLOWED:
    'The operator lets this repository watch no such registry; have the operator add it to `registries`.',
  REGISTRY_DENIED: 'The registry gives the image to nobody with these credentials; have the operator correct them.',
  REGISTRY_HOST_REFUSED:
    'The registry sends to a host that is not allowed; the operator adds it to `hosts` if it is meant.',
  REGISTRY_IMAGE_NOT_FOUND: 'The registry has no such image; correct its name in `versions`.',
  REGISTRY_LIMITED: 'The registry asks to be left alone for a while; tried again by itself.',
  REGISTRY_UNREACHABLE: 'The registry does not answer; tried again by itself.',
  REGISTRY_ANSWER: 'What the registry answers cannot be read as its protocol has it; tell its owner.',
} as const
