/** Every code of a problem that building an overlay reports: what it means; what to do. */
export const REASONS = {
  KUSTOMIZE_MISSING: 'kustomize was not found; install it, or name it in KUSTOMIZE_BIN.',
  HELM_MISSING: 'An overlay inflates a Helm chart and helm was not found; install it, or name it in HELM_BIN.',
  HELM_FAILED: 'helm refused a chart; the message holds its words with the place in the chart.',
  KUSTOMIZE_FAILED: 'kustomize refused the overlay; the message holds its words, the file where it is known.',
  KUSTOMIZE_TIMEOUT: 'The build did not end within its deadline; make the overlay smaller, or raise `render.deadline`.',
  KUSTOMIZE_MEMORY: 'The build needed more memory or processor time than it may have; make the overlay smaller.',
  KUSTOMIZE_OUTPUT: 'The render is larger than allowed; split the overlay.',
  KUSTOMIZE_ABORTED: 'The build was called off because its answer is not needed any more.',
} as const
