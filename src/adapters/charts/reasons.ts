/** Every code of a problem of opening charts: what it means; what to do. */
export const REASONS = {
  CHART_UNREACHABLE: 'The server of a chart repository does not answer; try again, or use a version opened before.',
  CHART_DENIED: 'A chart repository wants credentials or refuses the given ones; the operator names them.',
  CHART_HOST_REFUSED: 'A chart repository sends to another host; the remedy holds the entry that would allow it.',
  CHART_NOT_FOUND: 'A chart repository has no such chart or version; correct the name, the version or the address.',
  CHART_INDEX: 'What a chart repository answers cannot be read as its protocol has it; tell its owner.',
  CHART_DIGEST:
    'A chart’s archive is not what its repository says that it is; do not use it before its owner explains.',
  CHART_ARCHIVE: 'A chart’s archive holds what no chart should, or is too large; the message names it.',
  CHART_DEPENDENCY: 'A chart’s archive lacks a chart it depends on; package it again after `helm dependency build`.',
} as const
